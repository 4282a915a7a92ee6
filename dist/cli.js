#!/usr/bin/env node
import{N as e,X as t,Z as n}from"./chunks/profile-D5LasFVl.js";const r=`leakgate ${e}: finds Go memory leaks by comparing pprof recordings

Usage:
  leakgate record -- COMMAND   record live services while COMMAND puts load on them
  leakgate compare BASE HEAD   compare two recordings and judge the growth
  leakgate show FILE           print what a profile or recording holds
  leakgate accept SUSPECT      accept a suspect's growth in the policy, with a reason and an end
  leakgate ignores             list the stacks that are accepted by default

leakgate COMMAND --help tells the options of a command.
`;async function i(n){let[i,...a]=n;switch(i){case`record`:return(await import(`./chunks/record-CRLihlY7.js`)).record(a);case`compare`:return(await import(`./chunks/compare-CkaUX4jL.js`)).compare(a);case`show`:return(await import(`./chunks/show-CKif_AE2.js`)).show(a);case`accept`:return(await import(`./chunks/accept-DpE46kCy.js`)).accept(a);case`ignores`:return(await import(`./chunks/ignores-B8RtX70q.js`)).ignores(a);case`--version`:case`-v`:return process.stdout.write(`${e}\n`),0;case void 0:case`help`:case`--help`:case`-h`:return process.stdout.write(r),i===void 0?2:0;default:throw new t(`unknown command ${JSON.stringify(i)}`,{hint:`See: leakgate --help`})}}process.stdout.on(`error`,e=>{throw e.code===`EPIPE`&&process.exit(),e});try{process.exitCode=await i(process.argv.slice(2))}catch(e){process.exitCode=2,e instanceof t?process.stderr.write(`leakgate: ${n(e)}\n`):process.stderr.write(`leakgate: this is a bug, please report it\n${e.stack??e}\n`)}export{};
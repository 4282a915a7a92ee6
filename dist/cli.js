#!/usr/bin/env node
import{L as e,et as t,tt as n}from"./chunks/profile-BrcLJrPy.js";const r=`leakgate ${e}: finds Go memory leaks by comparing pprof recordings

Usage:
  leakgate record -- COMMAND   record live services while COMMAND puts load on them
  leakgate compare BASE HEAD   compare two recordings and judge the growth
  leakgate show FILE           print what a profile or recording holds
  leakgate accept SUSPECT      accept a suspect's growth in the policy, with a reason and an end
  leakgate ignores             list the stacks that are accepted by default

leakgate COMMAND --help tells the options of a command.
`;async function i(n){let[i,...a]=n;switch(i){case`record`:return(await import(`./chunks/record-AJGDDHsO.js`)).record(a);case`compare`:return(await import(`./chunks/compare-Bxg1ulvv.js`)).compare(a);case`show`:return(await import(`./chunks/show-BrqQbj8I.js`)).show(a);case`accept`:return(await import(`./chunks/accept-DLGHrJiG.js`)).accept(a);case`ignores`:return(await import(`./chunks/ignores-DAx2vUiW.js`)).ignores(a);case`--version`:case`-v`:return process.stdout.write(`${e}\n`),0;case void 0:case`help`:case`--help`:case`-h`:return process.stdout.write(r),i===void 0?2:0;default:throw new t(`unknown command ${JSON.stringify(i)}`,{hint:`See: leakgate --help`})}}process.stdout.on(`error`,e=>{throw e.code===`EPIPE`&&process.exit(),e});try{process.exitCode=await i(process.argv.slice(2))}catch(e){process.exitCode=2,e instanceof t?process.stderr.write(`leakgate: ${n(e)}\n`):process.stderr.write(`leakgate: this is a bug, please report it\n${e.stack??e}\n`)}export{};
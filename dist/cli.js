#!/usr/bin/env node
import{n as e,r as t}from"./chunks/errors-BGaM9CR1.js";import{t as n}from"./chunks/version-CPunTYCY.js";const r=`leakgate ${n}: finds Go memory leaks by comparing pprof recordings

Usage:
  leakgate record -- COMMAND   record live services while COMMAND puts load on them
  leakgate compare BASE HEAD   compare two recordings and judge the growth
  leakgate show FILE           print what a profile or recording holds
  leakgate accept SUSPECT      accept a suspect's growth in the policy, with a reason and an end
  leakgate ignores             list the stacks that are accepted by default

leakgate COMMAND --help tells the options of a command.
`;async function i(t){let[i,...a]=t;switch(i){case`record`:return(await import(`./chunks/record-C0t31wO7.js`)).record(a);case`compare`:return(await import(`./chunks/compare-CpK7IXah.js`)).compare(a);case`show`:return(await import(`./chunks/show-DloWjHG_.js`)).show(a);case`accept`:return(await import(`./chunks/accept-DVEV9BM5.js`)).accept(a);case`ignores`:return(await import(`./chunks/ignores-kPhzk5Ir.js`)).ignores(a);case`--version`:case`-v`:return process.stdout.write(`${n}\n`),0;case void 0:case`help`:case`--help`:case`-h`:return process.stdout.write(r),i===void 0?2:0;default:throw new e(`unknown command ${JSON.stringify(i)}`,{hint:`See: leakgate --help`})}}process.stdout.on(`error`,e=>{throw e.code===`EPIPE`&&process.exit(),e});try{process.exitCode=await i(process.argv.slice(2))}catch(n){process.exitCode=2,n instanceof e?process.stderr.write(`leakgate: ${t(n)}\n`):process.stderr.write(`leakgate: this is a bug, please report it\n${n.stack??n}\n`)}export{};
import{t as e}from"./known-7YRETsx_.js";import{n as t}from"./profile-BhTVeQiK.js";function n(n){let{values:r}=t(`ignores`,n,{help:{type:`boolean`,short:`h`}});if(r.help)return process.stdout.write(`Usage: leakgate ignores

Lists the goroutines that are accepted by default, with the reason for each.
`),0;for(let{name:t,reason:n,context:r}of e)process.stdout.write(`${t}\n    ${n} (${r})\n`);return 0}export{n as ignores};
import{f as e,g as t,h as n,m as r,n as i,p as a,t as o}from"./terminal-ZvAs_WAe.js";import{g as s,t as c}from"./stacks-Bqvxh6rR.js";import{n as l}from"./errors-BGaM9CR1.js";import{n as u,t as d}from"./arguments-DP2pfJNa.js";import{t as f}from"./exit-SSRfQ8bN.js";import{existsSync as p,writeFileSync as m}from"node:fs";function h(e,t,n){let r=e=>(t[e]??``)!==``,i=t.LC_ALL||t.LC_CTYPE||t.LANG||`C.UTF-8`;return{color:n===`always`||n===`auto`&&a(),width:Math.max(60,Math.min(e.columns??(Number(t.COLUMNS)||80),100)),ascii:r(`LEAKGATE_ASCII`)||!/utf-?8/i.test(i)};function a(){return r(`NO_COLOR`)?!1:r(`FORCE_COLOR`)?t.FORCE_COLOR!==`0`:t.TERM===`dumb`?!1:r(`GITHUB_ACTIONS`)||e.isTTY===!0}}const g=[`terminal`,`markdown`,`json`];function _(i){let{values:a,positionals:o}=u(`compare`,i,{policy:{type:`string`,default:``},source:{type:`string`},format:{type:`string`,default:`terminal`},output:{type:`string`},color:{type:`string`,default:`auto`},help:{type:`boolean`,short:`h`}});if(a.help)return process.stdout.write(`Usage: leakgate compare BASE HEAD [options]

Compares two recordings and judges the growth.
BASE and HEAD are recordings, folders of recordings (one per service), folders of profiles, or single profiles.

Options:
  --policy FILE     policy in YAML (default: the recommended preset)
  --source DIR      Go sources, for source lines (default: this folder if it has a go.mod)
  --format FORMAT   terminal, markdown or json (default: terminal)
  --output FILE     write there instead of to standard output
  --color WHEN      auto, always or never (default: auto)

Exit code: 0 pass, warn or seeding · 1 fail · 2 could not compare · 3 inconclusive
`),0;let[h,_,...y]=o;if(h===void 0||_===void 0||y.length>0)throw new l(`compare takes two recordings, BASE and HEAD, found ${o.length}`,{hint:`See: leakgate compare --help`});let b=d(`format`,a.format,g),x=d(`color`,a.color,[`auto`,`always`,`never`]),S=new c,C=a.source??(p(`go.mod`)?`.`:void 0);if(C!==void 0&&!p(C))throw new l(`no such folder`,{where:`--source ${C}`});let w=e({base:s(h,S),head:s(_,S),policy:n(`--policy`,a.policy),checkout:C===void 0?r:t(C,`.`),now:/* @__PURE__ */ new Date}),T=v(w,b,x,a.output!==void 0);return a.output===void 0?process.stdout.write(T):m(a.output,T),f(w)}function v(e,t,n,r){return t===`json`?a(e):t===`markdown`?i(e,{for:`summary`}):o(e,h(r?{}:process.stdout,process.env,n))}export{_ as compare};
import{a as e,i as t,n,r,t as i}from"./terminal-BpQU01wm.js";import{r as a,t as o}from"./stacks-BemeBxx9.js";import{n as s}from"./errors-BGaM9CR1.js";import{t as c}from"./checkout-J_mBQRNK.js";import{r as l,t as u}from"./markdown-DQKIrDYL.js";import{n as d,t as f}from"./arguments-DP2pfJNa.js";import{t as p}from"./exit-SSRfQ8bN.js";import{t as m}from"./terminal-BCrl_j7a.js";import{existsSync as h,writeFileSync as g}from"node:fs";const _=[`terminal`,`markdown`,`html`,`json`];async function v(i){let{values:l,positionals:u}=d(`compare`,i,{policy:{type:`string`,default:``},source:{type:`string`},format:{type:`string`,default:`terminal`},output:{type:`string`},color:{type:`string`,default:`auto`},help:{type:`boolean`,short:`h`}});if(l.help)return process.stdout.write(`Usage: leakgate compare BASE HEAD [options]

Compares two recordings and judges the growth.
BASE and HEAD are recordings, folders of recordings (one per service), folders of profiles, or single profiles.

Options:
  --policy FILE     policy in YAML (default: the recommended preset)
  --source DIR      Go sources, for source lines (default: this folder if it has a go.mod)
  --format FORMAT   terminal, markdown, html or json (default: terminal)
  --output FILE     write there instead of to standard output
  --color WHEN      auto, always or never (default: auto)

Exit code: 0 pass, warn or seeding · 1 fail · 2 could not compare · 3 inconclusive
`),0;let[m,v,...x]=u;if(m===void 0||v===void 0||x.length>0)throw new s(`compare takes two recordings, BASE and HEAD, found ${u.length}`,{hint:`See: leakgate compare --help`});let S=f(`format`,l.format,_),C=f(`color`,l.color,[`auto`,`always`,`never`]),w=new o,T=l.source??(h(`go.mod`)?`.`:void 0);if(T!==void 0&&!h(T))throw new s(`no such folder`,{where:`--source ${T}`});let E=a(m,w),D=a(v,w),O=t(`--policy`,l.policy),k=T===void 0?c:e(T,`.`),A=n({base:E,head:D,policy:O,checkout:k,now:/* @__PURE__ */ new Date}),j=S===`html`?await y(A,r(E,D),k):b(A,S,C,l.output!==void 0);return l.output===void 0?process.stdout.write(j):g(l.output,j),p(A)}async function y(e,t,n){let[{renderHtml:r},{flameGraphs:i}]=await Promise.all([import(`./document-DG7-ezRg.js`),import(`./graphs-Bt31kvny.js`)]);return r(e,t.flatMap(e=>i(e.base,e.head,n)))}function b(e,t,n,r){return t===`json`?l(e):t===`markdown`?u(e,{for:`summary`}):i(e,m(r?{}:process.stdout,process.env,n))}export{v as compare};
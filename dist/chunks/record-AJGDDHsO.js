import{a as e,n as t,r as n,t as r}from"./settings-s0yR_R6X.js";import{et as i,n as a}from"./profile-BrcLJrPy.js";import{u as o}from"./escape-CA0tUVbn.js";import{t as s}from"./sparkline-D6kW7lrw.js";import{t as c}from"./terminal-BCrl_j7a.js";var l=class{#e;#t;#n;#r=/* @__PURE__ */ new Map;#i=!1;constructor(e,t,n){this.#e=e,this.#t=t,this.#n=n}note(e){this.#a(o(e))}sampled(t){if(t.phase===`load`){if(!this.#t)return;this.#o(),this.#e.write(`load: ${e(t)}`),this.#i=!0;return}if(!this.#t){this.#a(e(t));return}let n=this.#r.get(t.service)??{heap:[],goroutines:[]};this.#r.set(t.service,n),n.heap.push(t.heap??NaN),n.goroutines.push(t.goroutines??NaN);let r=[n.heap,n.goroutines].map(e=>s(e,{ascii:this.#n}));this.#a(`${e(t)}  heap ${r[0]}  goroutines ${r[1]}`)}loadBegins(e,t){this.#o(),this.#t&&(this.#e.write(`round ${e} of ${t}: load runs`),this.#i=!0)}output(e,t){this.#o(),process[t].write(e)}loadEnds(){this.#o()}#a(e){this.#o(),this.#e.write(`${e}\n`)}#o(){this.#i&&this.#e.write(`\r\x1B[K`),this.#i=!1}};const u=`Usage: leakgate record --target NAME=URL [options] -- COMMAND [ARGS]

Runs a load against live Go services and records their profiles at rest after each round.

Options:
  --target NAME=URL      service and where it serves net/http/pprof; may be repeated
                         api=http://127.0.0.1:6060, api=unix:/run/api.sock
  --header 'NAME: VALUE' sent with every request; may be repeated
  --output DIR           where the recordings go, a folder per service (default: recordings)
  --rounds N             how often COMMAND runs (default: ${t.rounds}); marks: it runs once, and ends each round by
                         curl "$LEAKGATE_MARK"; gaps: it runs once, and pauses for five seconds after each round
  --run SCRIPT           lines of shell instead of COMMAND
  --start SCRIPT         starts the service, which is stopped at the end
  --runs N               the whole again in fresh processes; needs --start
  --duration TIME        one long load without rounds, cut into slices of time, e.g. 10m
  --operations SOURCE    operations of a round: 400, file:PATH, /(\\d+) requests/ in the load's output, or
                         metric:NAME{label="value"} of the service's /metrics
  --expect NAME[:KINDS]  service (and kinds of profile) that must be recorded; may be repeated
  --evidence KINDS       cpu, trace, block, mutex, threadcreate: kept beside, not judged
  --interval TIME        between samples while the load runs (default: ${t.interval/1e3}s)
  --max-duration TIME    ends the recording whatever still runs (default: ${t.maxDuration/6e4}m)
  --commit SHA           what is recorded, for the report

Without COMMAND it records until Ctrl-C. LEAKGATE_ROUND tells COMMAND its round.
Exit code: 0 recorded · 2 nothing recorded, or the load failed
`;async function d(e){let{values:t,positionals:o}=a(`record`,e,{target:{type:`string`,multiple:!0,default:[]},header:{type:`string`,multiple:!0,default:[]},output:{type:`string`,default:`recordings`},rounds:{type:`string`,default:``},run:{type:`string`},start:{type:`string`,default:``},runs:{type:`string`,default:``},duration:{type:`string`,default:``},operations:{type:`string`,default:``},expect:{type:`string`,multiple:!0,default:[]},evidence:{type:`string`,default:``},interval:{type:`string`,default:``},"max-duration":{type:`string`,default:``},commit:{type:`string`},help:{type:`boolean`,short:`h`}});if(t.help)return process.stdout.write(u),0;if(t.run!==void 0&&o.length>0)throw new i(`--run and a command were both given`,{hint:`Give one of them.`});let s=t.run===void 0?o.length>0?{words:o}:void 0:{script:t.run},{target:d,header:p,output:m,"max-duration":h,commit:g,..._}=t,v=r({..._,targets:d,headers:p,folder:m,maxDuration:h,load:s,commit:g},e=>`--${{targets:`target`,headers:`header`}[e]??e}`),y=new AbortController;for(let e of[`SIGINT`,`SIGTERM`])process.once(e,()=>y.abort(`stopped`));let b=c(process.stderr,process.env,`auto`),x=new l(process.stderr,process.stderr.isTTY===!0,b.ascii),S=await n(v,{progress:x,stop:y.signal});if(f(S),S.failure!==void 0)throw S.failure;return 0}function f({services:e}){for(let{service:t,folder:n,snapshots:r,doubts:i}of e){process.stderr.write(`${t}: ${r} ${r===1?`snapshot`:`snapshots`} in ${o(n)}\n`);for(let e of i)process.stderr.write(`  warning: ${p(e)}\n`)}}function p({kind:e,...t}){let n=Object.entries(t).map(([e,t])=>{let n=o(String(t));return typeof t==`string`?n:`${e} ${n}`});return n.length===0?e:`${e}: ${n.join(`, `)}`}export{d as record};
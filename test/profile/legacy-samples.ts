/** One small profile of each form pprof read before profile.proto. */
export const LEGACY_TEXTS = {
  heap: `heap profile:      3:       96 [     5:      160] @ heap/1048576
     1:       32 [     3:       96] @ 0x401000 0x402000
     2:       64 [     2:       64] @ 0x403000 0x402000

--- Memory map: ---
build=/srv/app
00400000-00500000 r-xp 00000000 08:01 4242   $build/server
7f0000000000-7f0000100000 r-xp 00000000 08:01 77   /lib/libc.so.6
`,
  growth: `heap profile:      2:  2097152 [     2:  2097152] @ growthz
     2:  2097152 [     2:  2097152] @ 0xb83003 0xb87d50
MAPPED_LIBRARIES:
40000-c00000 /srv/app (@0) abc123
`,
  contention: `--- contentionz 1 ---
cycles/second = 2000000000
sampling period = 100
ms since reset = 5000
discarded samples = 0
   1000 2 @ 0x401000 0x402000
    500 1 @ 0x403000
--- Memory map: ---
  00400000-00500000: /srv/app
`,
  mutex: `--- mutex:
cycles/second=1000000000
sampling period=1
7000 3 @ 0x401001 0x402001
#\t0x401000\tsync.(*Mutex).Unlock+0x10\tsync/mutex.go:190
`,
  threads: `--- threadz 1 ---

--- Thread 7f794ab90940 (name: main/14748) stack: ---
  PC:  0x00bc8f1c: helper(arg *)
  0x0040be31: main
--- Thread 7f794ab90941 (name: worker/14749) stack: ---
  [same as previous thread]
--- Thread 7f794ab90942 (name: worker/14750) stack: ---
  0x00bc9000 0x0040be31
--- Memory map: ---
  00400000-00fcb000: /srv/app
`,
  threadcreate: `threadcreate profile: total 3
2 @ 0x44cb3 0x45045
1 @ 0x44cb3
# comment
`,
  javaHeap: `--- heapz 1 ---
format = java
resolution = bytes
          7048     1 @ 0x00000003 0x00000004
          4752     9 @ 0x0000002b

       0x00000003 com.example.Cache.put (Cache.java:12)
       0x00000004 com.example.Main.main (Main.java:5)
       0x0000002b libc.so (/lib/x86/libc.so.6)
`,
  javaContention: `--- contentionz 1 ---
format = java
resolution = microseconds
sampling period = 100
ms since reset = 6019923
            1     1 @ 0x00000003 0x00000004
           14     1 @ 0x00000006 0x00000004
  0x00000003 com.example.Lock.take (Lock.java:33)
  0x00000004 GC
`,
} as const

export interface CpuSample {
  readonly count: number
  readonly addresses: readonly bigint[]
}

/** A binary CPU profile. `tail` is the memory map, or Java's names. */
export function legacyCpu(
  samples: readonly CpuSample[],
  { size = 8, little = true, java = false, end = true, tail = '' } = {},
): Uint8Array {
  const words = [0n, 3n, java ? 1n : 0n, 10_000n, 0n]
  for (const { count, addresses } of samples) words.push(BigInt(count), BigInt(addresses.length), ...addresses)
  if (end) words.push(0n, 1n, 0n)
  const text = new TextEncoder().encode(tail)
  const bytes = new Uint8Array(words.length * size + text.length)
  const view = new DataView(bytes.buffer)
  for (const [i, word] of words.entries()) {
    if (size === 8) view.setBigUint64(i * 8, word, little)
    else view.setUint32(i * 4, Number(word), little)
  }
  bytes.set(text, words.length * size)
  return bytes
}

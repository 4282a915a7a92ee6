import { defineConfig } from 'rolldown'
import { builtins } from './rolldown.builtins.config.ts'
import { licenses } from './rolldown.licenses.config.ts'
import { reportPage } from './rolldown.page.config.ts'
import { unused } from './rolldown.unused.config.ts'

// One ESM bundle per entry; what both share, and what is imported lazily, becomes a chunk named by its content.
export default defineConfig({
  input: {
    main: 'src/main.ts',
    cli: 'src/cli.ts',
    record: 'src/record.ts',
    comment: 'src/comment.ts',
    decoder: 'src/collect/ahead/decoder.ts',
  },
  platform: 'node',
  onLog: (_level, log) => {
    if (log.code === 'IMPORT_IS_UNDEFINED' || log.code === 'MISSING_EXPORT') throw new Error(log.message)
  },
  plugins: [builtins(), unused(), reportPage(), licenses()],
  output: {
    dir: 'dist',
    format: 'esm',
    minify: true,
    cleanDir: true,
    // The decoder is started by a chunk, and found beside it.
    entryFileNames: ({ name }) => (name === 'decoder' ? 'chunks/decoder.js' : '[name].js'),
    chunkFileNames: 'chunks/[name]-[hash].js',
    codeSplitting: {
      // Every file costs a start of its own: what all commands read profiles with is one.
      groups: [
        {
          name: 'profile',
          test: /src\/(errors|version|profile|collect\/(folder|file|manifest|ahead\/(ahead|claims|large-files))|cli\/(exit|arguments))/,
        },
      ],
    },
  },
})

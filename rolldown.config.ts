import { defineConfig } from 'rolldown'
import { licenses } from './rolldown.licenses.config.ts'
import { reportPage } from './rolldown.page.config.ts'

// One ESM bundle per entry; what both share, and what is imported lazily, becomes a chunk named by its content.
export default defineConfig({
  input: { main: 'src/main.ts', cli: 'src/cli.ts', record: 'src/record.ts', comment: 'src/comment.ts' },
  platform: 'node',
  plugins: [reportPage(), licenses()],
  output: {
    dir: 'dist',
    format: 'esm',
    minify: true,
    cleanDir: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  },
})

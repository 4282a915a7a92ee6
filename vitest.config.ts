import { defineConfig } from 'vitest/config'
import { reportPage } from './rolldown.page.config.ts'

// Many tests start processes, and go tool pprof is one of them: a loaded machine is no failure.
export default defineConfig({ plugins: [reportPage()], test: { testTimeout: 60_000 } })

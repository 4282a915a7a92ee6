import { defineConfig } from 'vitest/config'

// Many tests start processes, and go tool pprof is one of them: a loaded machine is no failure.
export default defineConfig({ test: { testTimeout: 60_000 } })

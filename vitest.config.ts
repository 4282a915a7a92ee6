import { readFileSync } from 'node:fs'
import { defineConfig, type Plugin } from 'vitest/config'
import { reportPage } from './rolldown.page.config.ts'

// Many tests start processes, and go tool pprof is one of them: a loaded machine is no failure.
// GitHub's packages import JSON as bundlers do and Node does not, and name source maps they do not ship.
const GITHUB_PACKAGES = /@actions\/(languageservice|workflow-parser)\/.*\.js$/
const unmapped: Plugin = {
  name: 'unmapped',
  load: (id) =>
    GITHUB_PACKAGES.test(id) ? readFileSync(id, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '') : null,
}

export default defineConfig({
  plugins: [reportPage(), unmapped],
  test: { testTimeout: 60_000, server: { deps: { inline: [GITHUB_PACKAGES] } } },
})

import { registerHooks } from 'node:module'
import { pageModule } from '../../rolldown.page.config.ts'

/** For scripts that run from the sources without a bundler: `node --import ./test/browser/register.ts SCRIPT`. */
const NAME = 'virtual:report-page'
const source = await pageModule()

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === NAME ? { url: NAME, format: 'module', shortCircuit: true } : next(specifier, context),
  load: (url, context, next) => (url === NAME ? { format: 'module', source, shortCircuit: true } : next(url, context)),
})

import { expect, test } from 'vitest'
import { OWN, RECIPES, stepsOf, textOf, workflowOf } from './workflows.ts'

// What zizmor looks for, as far as these files could have it.
test.each([...RECIPES, ...OWN])(
  '%s: least permissions, no credentials left, nothing of an event in a script',
  (path) => {
    const workflow = workflowOf(textOf(path))
    expect(workflow.permissions).toEqual({})
    for (const job of Object.values(workflow.jobs)) expect(job.permissions).toBeDefined()
    for (const step of stepsOf(workflow)) {
      expect(step.run ?? '').not.toMatch(/\$\{\{/)
      if (step.uses?.startsWith('actions/checkout@')) expect(step.with).toMatchObject({ 'persist-credentials': false })
    }
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target')
    // Whoever writes a comment by workflow_run checks nothing out.
    if ('workflow_run' in workflow.on) expect(textOf(path)).not.toContain('actions/checkout')
  },
)

test.each(OWN)('%s: actions of others by commit', (path) => {
  for (const { uses } of stepsOf(workflowOf(textOf(path)))) {
    if (uses !== undefined && !uses.startsWith('./')) expect(uses).toMatch(/@[0-9a-f]{40}$/)
  }
})

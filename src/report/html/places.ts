import type { Place } from '../../policy/finding.ts'
import { cutLeft, permalink, plainText, safeUrl } from '../escape.ts'
import type { ReportOrigin } from '../report.ts'
import { html, type Markup } from './markup.ts'

/** `internal/app/app.go:53`, linked to the line at the head commit where that is known. */
export function placeLink(place: Place, origin: ReportOrigin): Markup {
  const name = html`<code>${cutLeft(plainText(place.path ?? place.file), 160)}:${place.line}</code>`
  if (place.path === undefined) return name
  return linked(name, permalink(origin.repository, origin.headCommit, place.path, place.line))
}

export function commitLink(sha: string, { repository }: ReportOrigin): Markup {
  const name = html`<code>${plainText(sha.slice(0, 10))}</code>`
  if (repository === undefined || !/^[0-9a-f]{7,64}$/.test(sha)) return name
  return linked(name, safeUrl(`${repository.replace(/\/+$/, '')}/commit/${sha}`))
}

/** A link, or its text alone where the address may not be followed. */
export function linked(name: Markup, url: string | undefined): Markup {
  return url === undefined ? name : html`<a href="${url}">${name}</a>`
}

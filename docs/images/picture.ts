import { writeFileSync } from 'node:fs'
import sharp from 'sharp'

/**
 * Writes a screenshot as a PNG of at most 256 colours: text on flat grounds has no more that anyone tells apart, and
 * takes a third of the bytes. Not dithered, which would put dots into the grounds.
 */
export async function writePicture(path: string, screenshot: Buffer): Promise<void> {
  writeFileSync(path, await sharp(screenshot).png({ palette: true, colours: 256, dither: 0, effort: 10 }).toBuffer())
}

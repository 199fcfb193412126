// What can be measured of a page as it is seen: barriers, width, overlaps, targets for fingers.
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { kept } from './chromium.js'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** Least width and height of a target, in CSS pixels. */
const FINGER = 44

/** What axe has against the page. */
export const axe = (page) => against(page, RULES)

/** What axe has against its colours: all that differs between two themes of one page. */
export const colours = (page) => against(page, { type: 'rule', values: ['color-contrast', 'link-in-text-block'] })

async function against(page, runOnly) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE)
  const { violations } = await page.evaluate((runOnly) => window.axe.run({ runOnly, resultTypes: ['violations'] }), runOnly)
  return violations.map((one) => `axe ${one.id}, ${one.nodes.length} times: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(' | ')}`)
}

/** Scrolling to the side, of the page or of its content. */
export async function wide(page) {
  return page.evaluate(() =>
    ['html', 'main'].flatMap((name) => {
      const element = document.querySelector(name)
      const over = element ? element.scrollWidth - element.clientWidth : 0
      return over > 0 ? [`${name} is ${over} px wider than what is seen of it`] : []
    }),
  )
}

/** What lies over the navigation or behind it: each of its targets is what is hit in its middle. */
export async function covered(page) {
  return page.evaluate(() => {
    const nav = document.querySelector('nav')
    // An open menu takes every click, and a dialog lies over everything on purpose.
    if (!nav || getComputedStyle(document.body).pointerEvents === 'none') return []
    if (document.querySelector('dialog:modal, [role=dialog][data-state=open]:not([data-popover-content])')) return []
    return [...nav.querySelectorAll('a, button')].flatMap((target) => {
      const { x, y, width, height } = target.getBoundingClientRect()
      if (!width || y + height / 2 > innerHeight) return []
      const hit = document.elementFromPoint(x + width / 2, y + height / 2)
      return target.contains(hit) ? [] : [`${target.textContent.trim() || target.getAttribute('aria-label')} in the navigation is covered by ${hit?.outerHTML.slice(0, 120)}`]
    })
  })
}

/**
 * Targets in sight that are too small for a finger. Two kinds may be (WCAG 2.5.8): links within a sentence, which are as high as
 * its line, and what is drawn, whose size says how much it is; the table beside each drawing has the same.
 */
export async function small(page) {
  return page.evaluate((least) => {
    const targets = 'button, a[href], input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab], [role=menuitem], [role=slider], [role=radio], [role=option]'
    const within = (element) => {
      const text = element.closest('p, li, dd, td, th, figcaption')
      return element.tagName === 'A' && text && text.textContent.trim() !== element.textContent.trim()
    }
    return [...document.querySelectorAll(targets)].flatMap((element) => {
      // A box to tick is as large as the label around it, which ticks it too.
      const label = element.matches('input[type=checkbox], input[type=radio]') ? element.closest('label') : null
      const { width, height } = (label ?? element).getBoundingClientRect()
      if (!element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) || width < 2 || height < 2) return []
      if (element.closest('.unseen, .skip, [aria-hidden=true], [inert], svg') || element.matches('.skip, :disabled') || within(element)) return []
      const [w, h] = [Math.round(width), Math.round(height)]
      return w >= least && h >= least ? [] : [`${w} x ${h} px: ${element.outerHTML.replace(/\s+/g, ' ').slice(0, 140)}`]
    })
  }, FINGER)
}

/** Keeps a picture of the page. */
export async function keep(page, name) {
  mkdirSync(kept, { recursive: true })
  await page.screenshot({ path: join(kept, `${name}.png`) })
}

// Looks at every screen: barriers, what is cut off or covered, what is too small for a finger; and keeps a picture of each.
import { test } from 'node:test'
import { axe, colours, covered, keep, small, wide } from './looking.js'
import { demo } from './servers.js'
import { OPENED, SCREENS } from './views.js'
import { open, SIZES } from './visit.js'

/** Waits until there is a heading, nothing is on its way and nothing moves; a new size or theme is seen from the next frame on. */
async function settled(page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  await page.locator('main h1').waitFor()
  await page.waitForFunction(() =>
    !document.querySelector('.skeleton, [aria-busy="true"]') &&
    !document.getAnimations().some((one) => one.playState === 'running' && one.effect?.getComputedTiming().iterations !== Infinity),
  )
}

/**
 * A test that looks at views as somebody sees them: each is opened once and then looked at in one look after the other, which
 * have a theme and checks, and the size of the first unless they say another.
 */
function looks(what, { views, language, size, looks }) {
  const named = looks.map((look) => [look.size, look.theme].filter(Boolean).join(' '))
  test(`${what}, ${language}, ${size}, ${named.join(' and ')}`, async () => {
    const visit = await open(await demo(), { language, size, theme: looks[0].theme })
    const { page } = visit
    const findings = new Set()
    for (const { name, path, act, refused } of views) {
      const say = (what) => findings.add(`${name}: ${what}`)
      try {
        if (refused) visit.expects(...refused)
        await page.emulateMedia({ colorScheme: looks[0].theme })
        await page.setViewportSize(SIZES[size])
        await page.goto(path)
        await settled(page)
        await act?.(page)
        for (const look of looks) {
          const as = `${look.theme}-${look.size ?? size}`
          await page.emulateMedia({ colorScheme: look.theme })
          if (look.size) await page.setViewportSize(SIZES[look.size])
          await settled(page)
          for (const check of look.checks) (await check(page)).forEach((what) => say(`${as}: ${what}`))
          await keep(page, `${name}-${language}-${as}`)
        }
      } catch (error) {
        say(error.message.split('\n').slice(0, 3).join(' '))
      }
      visit.found().forEach(say)
    }
    for (const fault of await visit.close()) findings.add(fault)
    if (findings.size) throw new Error(`${findings.size} findings\n${[...findings].join('\n')}`)
  })
}

/** All views in a language, with the theme that most are looked at in. */
export function looksIn(language, theme) {
  const other = theme === 'light' ? 'dark' : 'light'
  const desk = [
    { theme, checks: [axe, wide, covered] },
    { theme: other, checks: [colours, wide, covered] },
  ]
  const touch = [
    { theme, checks: [axe, wide, covered, small] },
    { size: 'tablet', theme: other, checks: [wide, covered] },
  ]
  looks('screens', { views: SCREENS, language, size: 'desk', looks: desk })
  looks('screens', { views: SCREENS, language, size: 'phone', looks: touch })
  // Each of these in one language and theme only: screens take longest, and words and colours are the same ones.
  const turn = language === 'de' ? 0 : 1
  const opened = OPENED.filter((_, place) => place % 2 === turn)
  looks('what opens on screens', { views: opened, language, size: 'desk', looks: desk.slice(0, 1) })
}

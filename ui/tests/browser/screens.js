// Looks at every screen: barriers, what is cut off or covered, what is too small for a finger; and keeps a picture of each.
import { test } from 'node:test'
import { axe, colours, covered, keep, small, wide } from './looking.js'
import { demo } from './servers.js'
import { OPENED, SCREENS } from './views.js'
import { open } from './visit.js'

/** Waits until there is a heading, nothing is on its way and nothing moves. */
async function settled(page) {
  await page.locator('main h1').waitFor()
  await page.waitForFunction(() =>
    !document.querySelector('.skeleton, [aria-busy="true"]') &&
    !document.getAnimations().some((one) => one.playState === 'running' && one.effect?.getComputedTiming().iterations !== Infinity),
  )
}

/** A test that looks at views as somebody sees them, in one theme after the other. */
function looks(what, { views, language, size, themes, checks }) {
  test(`${what}, ${language}, ${size}, ${themes.join(' and ')}`, async () => {
    const visit = await open(await demo(), { language, size, theme: themes[0] })
    const { page } = visit
    const findings = new Set()
    for (const { name, path, act, refused } of views) {
      const say = (what) => findings.add(`${name}: ${what}`)
      try {
        if (refused) visit.expects(...refused)
        await page.emulateMedia({ colorScheme: themes[0] })
        await page.goto(path)
        await settled(page)
        await act?.(page)
        for (const theme of themes) {
          await page.emulateMedia({ colorScheme: theme })
          await settled(page)
          const due = theme === themes[0] ? checks : checks.map((check) => (check === axe ? colours : check))
          for (const check of due) (await check(page)).forEach((what) => say(`${theme}: ${what}`))
          await keep(page, `${name}-${language}-${theme}-${size}`)
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
  looks('screens', { views: SCREENS, language, size: 'desk', themes: [theme, other], checks: [axe, wide, covered] })
  looks('screens', { views: SCREENS, language, size: 'tablet', themes: [other], checks: [wide, covered] })
  looks('screens', { views: SCREENS, language, size: 'phone', themes: [theme], checks: [axe, wide, covered, small] })
  // Each of these in one language and theme only: screens take longest, and words and colours are the same ones.
  const turn = language === 'de' ? 0 : 1
  const opened = OPENED.filter((_, place) => place % 2 === turn)
  looks('what opens on screens', { views: opened, language, size: 'desk', themes: [theme], checks: [axe, wide, covered] })
}

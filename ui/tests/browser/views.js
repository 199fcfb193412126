// Every screen, and what opens on it. In every demo world somebody is called Becker.

const EXPLORER = '/journeys/explorer'
const REALITY = '/journeys/maps/bike-purchase?layer=reality'

/** A view has a path, and perhaps what is done there before it is looked at. */
const of = (views) => Object.entries(views).map(([name, view]) => (typeof view === 'string' ? { name, path: view } : { name, ...view }))

/** Looked at on every size, in both languages and themes. */
export const SCREENS = of({
  start: '/',
  nowhere: '/nowhere',
  graph: `${EXPLORER}?view=graph`,
  step: `${EXPLORER}?graph-steps=20&graph-share=50&graph-from=cart`,
  flow: `${EXPLORER}?view=sankey`,
  variants: `${EXPLORER}?view=variants`,
  funnel: `${EXPLORER}?view=funnel&funnel-steps=home-page,product-page,configurator,cart,order&funnel-optional=configurator`,
  matrix: `${EXPLORER}?view=steps`,
  retention: `${EXPLORER}?view=retention`,
  questions: `${EXPLORER}?view=questions`,
  improve: '/journeys/improve',
  opportunities: '/journeys/improve?show=opportunities&all=1',
  solutions: '/journeys/improve?show=solutions&all=1',
  personas: '/journeys/improve?show=personas',
  evaluation: '/journeys/evaluation',
  repair: '/journeys/evaluation?tab=repair',
  targets: '/journeys/evaluation?tab=targets',
  plans: '/journeys/reality',
  reality: REALITY,
  maps: '/journeys/maps',
  map: '/journeys/maps/bike-purchase',
  touchpoints: '/touchpoints',
  radar: '/touchpoints?show=radar',
  hierarchy: '/touchpoints?show=tree',
  coverage: '/touchpoints?show=coverage',
  discovered: '/touchpoints?show=discovered',
  touchpoint: '/touchpoints/hotline',
  customers: { path: '/customers', act: search },
  customer: { path: '/customers', act: customer },
  refusals: '/customers/refusals',
  review: '/customers/review',
  segments: '/segments',
  sources: '/sources',
  live: '/sources?show=live',
  quarantine: '/sources?show=quarantine',
  import: '/sources/import',
  settings: '/settings',
})

const GROUPS = 'versus=group&compare=did+channel+%3D+shop'
const asks = (question, more = '') => `${EXPLORER}?view=questions&questions-ask=${question}${more}`

/** What opens on them: looked at on the desk, in both languages. */
export const OPENED = of({
  'start-table': { path: '/', act: (page) => page.locator('.picture .tools button').first().click() },
  recipe: { path: '/', act: (page) => opened(page, () => page.locator('.picture .tools button').last().click()) },
  palette: { path: '/', act: palette },
  keys: { path: '/', act: (page) => opened(page, () => page.keyboard.press('?')) },
  account: { path: '/', act: (page) => page.locator('button.account').click().then(() => page.getByRole('menu').waitFor()) },
  'journeys-file': { path: EXPLORER, act: (page) => page.locator('main header .actions button').nth(-2).click().then(() => page.getByRole('menu').waitFor()) },
  'graph-path': `${EXPLORER}?graph-measure=wait&graph-from=cart&graph-to=checkout`,
  'graph-groups': `${EXPLORER}?versus=group&compare=did+test-ride&graph-steps=16`,
  'graph-automatic': `${EXPLORER}?graph-layout=automatic&graph-measure=end`,
  'graph-table': { path: EXPLORER, act: (page) => page.locator('.picture .tools button').first().click() },
  'graph-few': `${EXPLORER}?where=customer+did+withdrawal+at+least+2+times`,
  'graph-empty': `${EXPLORER}?where=did+nothing-such`,
  filter: { path: EXPLORER, act: (page) => page.locator('[data-add]').click().then(() => page.getByRole('menu').waitFor()) },
  'flow-chosen': `${EXPLORER}?view=sankey&sankey-at=2+category-page`,
  'flow-groups': `${EXPLORER}?view=sankey&sankey-steps=3&${GROUPS}`,
  'variants-groups': `${EXPLORER}?view=variants&${GROUPS}`,
  'variants-wrong': { path: `${EXPLORER}?view=variants&where=dit+cart`, refused: [400, '/v1/mining/variants'] },
  'funnel-new': `${EXPLORER}?view=funnel`,
  'funnel-next': `${EXPLORER}?view=funnel&funnel-steps=home-page,product-page,cart,order&funnel-at=2`,
  'funnel-groups': `${EXPLORER}?view=funnel&funnel-steps=home-page,product-page,cart,order&${GROUPS}`,
  'matrix-groups': `${EXPLORER}?view=steps&steps-anchor=cart&steps-columns=4&${GROUPS}`,
  'retention-groups': `${EXPLORER}?view=retention&${GROUPS}`,
  'retention-periods': `${EXPLORER}?view=retention&versus=period&from=2026-01-01&to=2026-03-31`,
  conversion: asks('conversion', `&questions-conversion-start=cart&questions-conversion-goal=order&${GROUPS}`),
  way: asks('pattern', '&questions-pattern-way=cart+-%253E+...+-%253E+order'),
  'way-wrong': { path: asks('pattern', '&questions-pattern-way=cart+-%253E%253E+order'), refused: [400, '/v1/mining/pattern'] },
  ...Object.fromEntries(['loops', 'hops', 'dropoff', 'sessions', 'centrality', 'clusters', 'live', 'running'].map((name) => [name, asks(name)])),
  'pain-point': '/journeys/improve?open=late-delivery',
  'pain-point-references': '/journeys/improve?open=late-delivery&part=references',
  'pain-point-new': { path: '/journeys/improve', act: (page) => opened(page, () => page.locator('main header .actions button').click()) },
  ranking: '/journeys/improve?show=opportunities&as=ranking&all=1',
  opportunity: '/journeys/improve?show=opportunities&x=satisfaction&y=importance&open=call-back&part=versions',
  persona: '/journeys/improve?show=personas&open=family',
  'solution-effect': '/journeys/improve?show=solutions&all=1&open=shared-notes&part=effect',
  'effect-settings': { path: '/journeys/improve?show=solutions&all=1&open=repair-texts&part=effect&days=31', act: (page) => page.locator('summary').first().click() },
  'evaluation-open': '/journeys/evaluation?importance=derived&open=hotline',
  'evaluation-settings': { path: '/journeys/evaluation?origin=any&few=40', act: (page) => page.locator('summary').first().click() },
  'evaluation-table': { path: '/journeys/evaluation', act: (page) => page.locator('.picture .tools button').first().click() },
  'evaluation-empty': '/journeys/evaluation?where=did+nothing-such',
  'target-new': { path: '/journeys/evaluation?tab=targets', act: (page) => opened(page, () => page.locator('.picture .tools button').first().click()) },
  'reality-step': `${REALITY}&at=step%7Ctalk&by=channel`,
  'reality-deviation': `${REALITY}&at=missing%7Clook-around%7C&by=persona`,
  'reality-groups': `${REALITY}&${GROUPS}&side=b`,
  'reality-periods': `${REALITY}&versus=period&from=2026-01-01&to=2026-03-31&by=week&figure=experience`,
  'reality-few': `${REALITY}&where=customer+did+withdrawal+at+least+2+times`,
  'reality-empty': `${REALITY}&where=did+nothing-such`,
  'reality-table': { path: REALITY, act: (page) => page.locator('.picture .tools button').first().click() },
  'map-drawn': { path: '/journeys/reality', act: (page) => opened(page, () => page.locator('main header .actions button').last().click()) },
  'maps-file': { path: '/journeys/maps', act: (page) => opened(page, () => page.locator('main header .actions button').nth(1).click()) },
  'map-files': { path: '/journeys/maps/bike-purchase', act: (page) => page.locator('main header .actions button').last().click().then(() => page.getByRole('menu').waitFor()) },
  'map-file': { path: '/journeys/maps/bike-purchase', act: (page) => opened(page, () => page.locator('main header .actions button').last().click().then(() => page.getByRole('menuitem').nth(3).click())) },
  'map-new': '/journeys/maps?new=1&from=template:ebike',
  'map-step': '/journeys/maps/bike-purchase?step=checkout',
  'map-ways': '/journeys/maps/bike-purchase?step=look-around&part=ways',
  'map-details': '/journeys/maps/bike-purchase?panel=map',
  'map-history': '/journeys/maps/bike-purchase?panel=history',
  'map-comments': '/journeys/maps/bike-purchase?panel=comments',
  'map-shown': '/journeys/maps/bike-purchase?mode=present&slide=3',
  'map-lanes': { path: '/journeys/maps/bike-purchase', act: (page) => page.getByRole('button', { name: /^(Bahnen|Lanes)$/ }).click().then(() => page.getByRole('checkbox').first().waitFor()) },
  'touchpoint-new': { path: '/touchpoints', act: (page) => opened(page, () => page.locator('main header .actions button').last().click()) },
  'touchpoints-many': { path: '/touchpoints?columns=title,owner,deputy,evidence,promises,questions,remind_before,parent', act: (page) => page.locator('tbody .choose input').first().click().then(() => page.locator('form.bar').waitFor()) },
  'touchpoints-filters': { path: '/touchpoints?of-owner=-&of-review=overdue', act: (page) => page.locator('.toolbar button').first().click().then(() => page.locator('[data-popover-content]').waitFor()) },
  'touchpoints-columns': { path: '/touchpoints', act: (page) => page.locator('.toolbar .end button').last().click().then(() => page.locator('[data-popover-content]').waitFor()) },
  'touchpoints-file': { path: '/touchpoints', act: (page) => opened(page, () => page.locator('.toolbar .end button').nth(1).click()) },
  'radar-open': '/touchpoints?show=radar&at=order',
  'radar-table': { path: '/touchpoints?show=radar', act: (page) => page.locator('.picture .tools button').first().click() },
  'hierarchy-move': { path: '/touchpoints?show=tree&q=newsletter', act: (page) => opened(page, () => page.locator('.tools button').first().click()) },
  'coverage-map': { path: '/touchpoints?show=coverage', act: (page) => opened(page, () => page.locator('#register-panel li button').first().click()) },
  rule: { path: '/touchpoints?show=discovered', act: (page) => opened(page, () => page.locator('.act button').first().click()) },
  'customer-event': { path: '/customers', act: (page) => customer(page).then(() => page.locator('[data-event]').first().click()) },
  'customer-links': { path: '/customers', act: (page) => customer(page).then(() => page.getByRole('tab').nth(1).click()) },
  'customer-rulings': { path: '/customers', act: (page) => customer(page).then(() => page.getByRole('tab').nth(2).click()) },
  'customer-merge': { path: '/customers', act: (page) => customer(page).then(() => opened(page, () => page.locator('main header button').click())) },
  'segment-new': '/segments?segment=%2B',
  source: '/sources?open=web-shop',
  'source-new': { path: '/sources', act: (page) => opened(page, () => page.locator('main header .actions button').last().click()) },
  'quarantine-item': { path: '/sources?show=quarantine', act: (page) => page.locator('tbody tr').first().click().then(() => page.locator('textarea').waitFor()) },
})

async function opened(page, act) {
  await act()
  await page.getByRole('dialog').waitFor()
}

async function palette(page) {
  await opened(page, () => page.keyboard.press('Control+k'))
  await page.getByRole('dialog').locator('input').fill('s')
}

async function search(page) {
  await page.locator('main input[type=search]').fill('becker')
  await page.getByRole('option').first().waitFor()
}

async function customer(page) {
  await search(page)
  await page.keyboard.press('Enter')
  await page.locator('[data-event]').first().waitFor()
}

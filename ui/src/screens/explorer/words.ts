import { dictionary } from '../../words'

const de = {
  title: 'Journeys erkunden',
  views: 'Ansichten',
  compare: 'Vergleich',
  compareNothing: 'Kein Vergleich',
  comparePeriod: 'Mit dem Zeitraum davor',
  comparePeriodNeeds: 'erst unten einen Zeitraum wählen',
  compareSegment: (title: string) => `${title} gegen alle anderen`,
  compareSegments: 'Segmente',
  compareOwn: 'Andere Gruppen …',
  log: {
    label: 'Journeys als Datei',
    note: 'Die gefilterten Journeys für Process Mining, ohne Kennungen und Eigenschaften',
    formats: { ocel: ['OCEL 2.0 (JSON)', 'Ereignisse mit ihren Kunden und Journeys als Objekten'], xes: ['XES (XML)', 'Eine Spur je Journey; das lesen fast alle Werkzeuge'] },
    coming: (file: string) => `${file} wird geladen`,
  },
  some: {
    title: 'Einige dieser Kunden',
    drawn: (some: string, all: string) => `${some} von ${all}, gleichmäßig ausgelost, jedes Mal dieselben.`,
    more: 'Mehr zeigen',
  },
  line: {
    title: { day: 'Journeys je Tag', week: 'Journeys je Woche', month: 'Journeys je Monat', quarter: 'Journeys je Quartal', year: 'Journeys je Jahr' },
    note: 'Journeys mit mindestens einem Ereignis in dieser Zeit; eine Journey kann in mehreren stehen.',
    choose: 'Ziehen wählt einen Zeitraum.',
    before: 'Mit dem Zeitraum davor vergleichen',
    clear: 'Ganzer Zeitraum',
    brush: 'Zeitraum wählen',
  },
}
const en: typeof de = {
  title: 'Explore journeys',
  views: 'Views',
  compare: 'Comparison',
  compareNothing: 'No comparison',
  comparePeriod: 'With the period before',
  comparePeriodNeeds: 'choose a period below first',
  compareSegment: (title) => `${title} against all others`,
  compareSegments: 'Segments',
  compareOwn: 'Other groups …',
  log: {
    label: 'Journeys as a file',
    note: 'The filtered journeys for process mining, without identifiers and properties',
    formats: { ocel: ['OCEL 2.0 (JSON)', 'Events with their customers and journeys as objects'], xes: ['XES (XML)', 'A trace for each journey; nearly all tools read it'] },
    coming: (file) => `${file} is being downloaded`,
  },
  some: {
    title: 'Some of these customers',
    drawn: (some, all) => `${some} of ${all}, drawn evenly, the same ones each time.`,
    more: 'Show more',
  },
  line: {
    title: { day: 'Journeys by day', week: 'Journeys by week', month: 'Journeys by month', quarter: 'Journeys by quarter', year: 'Journeys by year' },
    note: 'Journeys with one event or more in that time; a journey can stand in several.',
    choose: 'Drag to choose a period.',
    before: 'Compare with the period before',
    clear: 'Whole time',
    brush: 'Choose a period',
  },
}

export const w = dictionary(de, en)

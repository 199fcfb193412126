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

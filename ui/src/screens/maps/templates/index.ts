/** Which templates there are. Their texts are loaded when one is chosen. */
import type { Pair, Template } from './template'

export type TemplateName = 'car' | 'ebike' | 'insurance' | 'bank' | 'b2b' | 'service' | 'connected'

type Entry = { readonly name: TemplateName; readonly title: Pair; readonly note: Pair; readonly load: () => Promise<{ readonly template: Template }> }

export const templates: readonly Entry[] = [
  {
    name: 'car',
    title: ['Autokauf', 'Buying a car'],
    note: ['Vom Wunsch über Konfiguration, Probefahrt und Wartezeit bis zum nächsten Wagen', 'From the wish by configuration, test drive and the wait to the next car'],
    load: () => import('./car'),
  },
  {
    name: 'ebike',
    title: ['E-Bike-Kauf', 'Buying an e-bike'],
    note: ['Online und im Laden, mit Leasing, Übergabe und den ersten Fahrten', 'Online and in the shop, with leasing, handover and the first rides'],
    load: () => import('./ebike'),
  },
  {
    name: 'insurance',
    title: ['Versicherung abschließen', 'Taking out insurance'],
    note: ['Vom Anlass über den Antrag bis zum ersten Schaden und zur Verlängerung', 'From the occasion by the application to the first claim and the renewal'],
    load: () => import('./insurance'),
  },
  {
    name: 'bank',
    title: ['Girokonto eröffnen', 'Opening a bank account'],
    note: ['Antrag, Identitätsprüfung, Kontowechsel und das erste Jahr', 'Application, proof of identity, switching and the first year'],
    load: () => import('./bank'),
  },
  {
    name: 'b2b',
    title: ['B2B-Beschaffung', 'Buying for a company'],
    note: ['Bedarf, Gremium, Ausschreibung, Einführung und Verlängerung', 'Need, committee, tender, introduction and renewal'],
    load: () => import('./b2b'),
  },
  {
    name: 'service',
    title: ['Servicefall', 'Service case'],
    note: ['Vom Ärgernis über alle Kanäle bis zur Lösung und zum Vertrauen danach', 'From the annoyance by all channels to the solution and the trust afterwards'],
    load: () => import('./service'),
  },
  {
    name: 'connected',
    title: ['Vernetztes Produkt nach dem Kauf', 'A connected product after the purchase'],
    note: ['Einrichten, täglich nutzen, warten, erneuern, wenn das Gerät selbst mitredet', 'Set-up, daily use, care and renewal, where the device has a say'],
    load: () => import('./connected'),
  },
]

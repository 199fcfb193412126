/** Names of channels. A channel is any word that senders use; these are the ones that have a name and a drawing. */
import { dictionary } from './language.svelte'

const de = {
  web: 'Web',
  app: 'App',
  mail: 'Mail',
  phone: 'Telefon',
  shop: 'Laden',
  workshop: 'Werkstatt',
  chat: 'Chat',
  display: 'Werbefläche',
  social: 'Soziale Netze',
  device: 'Gerät',
  delivery: 'Lieferung',
  poster: 'Plakat',
  letter: 'Brief',
  none: 'ohne Kanal',
}

const en: typeof de = {
  web: 'Web',
  app: 'App',
  mail: 'Mail',
  phone: 'Phone',
  shop: 'Shop',
  workshop: 'Workshop',
  chat: 'Chat',
  display: 'Display',
  social: 'Social networks',
  device: 'Device',
  delivery: 'Delivery',
  poster: 'Poster',
  letter: 'Letter',
  none: 'no channel',
}

export type ChannelName = keyof typeof de

export const channelWords = dictionary(de, en)

/** Other words that senders use for the same. */
const SAME: Record<string, ChannelName> = {
  '': 'none',
  '(not said)': 'none',
  website: 'web',
  online: 'web',
  email: 'mail',
  'e-mail': 'mail',
  newsletter: 'mail',
  call: 'phone',
  hotline: 'phone',
  telephone: 'phone',
  telefon: 'phone',
  store: 'shop',
  filiale: 'shop',
  pos: 'shop',
  till: 'shop',
  ads: 'display',
  ad: 'display',
  vehicle: 'device',
  iot: 'device',
  post: 'letter',
}

/** The channel with a drawing that a sender's word stands for, if any. */
export function knownChannel(channel: string): ChannelName | null {
  const word = channel.trim().toLowerCase()
  if (word in de) return word as ChannelName
  return SAME[word] ?? null
}

/** The channel in words: a word that is not known stays as it is. */
export function channelName(channel: string): string {
  const known = knownChannel(channel)
  return known ? channelWords()[known] : channel
}

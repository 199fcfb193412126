import { looksIn } from './screens.js'

looksIn('de', 'light')

import { looksIn } from './screens.js'

looksIn('en', 'dark')

// Every screen on the desk, in both languages and themes: nothing that axe finds, nothing wider than the window.
import { looks, onDesk } from './screens.js'

for (const language of ['de', 'en']) for (const theme of ['light', 'dark']) looks({ language, theme, size: 'desk' }, onDesk)

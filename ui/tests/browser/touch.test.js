// Every screen on a tablet and on a phone: nothing is cut off or covered, and what is touched is as large as a finger.
import { axe, covered, wide } from './looking.js'
import { looks, onTouch } from './screens.js'

looks({ language: 'de', theme: 'light', size: 'phone' }, [axe, ...onTouch])
looks({ language: 'en', theme: 'dark', size: 'phone' }, onTouch)
looks({ language: 'de', theme: 'dark', size: 'tablet' }, [wide, covered])
looks({ language: 'en', theme: 'light', size: 'tablet' }, [wide, covered])

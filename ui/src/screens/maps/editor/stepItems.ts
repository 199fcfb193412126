/** What can be done with a step, as a menu: all that dragging does, too. */
import type { Item } from '../../../parts/menus.svelte'
import { gapBeside } from '../document/columns'
import type { Desk } from './desk.svelte'
import { w } from './words'

type Acts = { readonly rename?: () => void; readonly addAfter?: () => void; readonly moved?: (id: string) => void }

export function stepItems(desk: Desk, id: string, { rename, addAfter, moved }: Acts): readonly Item[] {
  const open: Item[] = [
    { label: w().openStep, icon: 'panel', onselect: () => desk.open(id) },
    { label: w().ways.title, icon: 'explorer', onselect: () => desk.open(id, 'ways') },
    { label: w().comments.title, icon: 'comment', onselect: () => desk.open(id, 'comments') },
  ]
  if (!desk.may) return open
  const here = desk.columns.bands.find((band) => band.steps.some((column) => column.step.id === id))
  const nudge = (side: 'left' | 'right') => ({
    disabled: gapBeside(desk.columns, id, side) === null,
    onselect: () => {
      desk.nudgeStep(id, side)
      moved?.(id)
    },
  })
  const stages = desk.columns.bands.flatMap((band) => (band.stage && band !== here ? [band.stage] : []))
  return [
    ...open,
    'line',
    ...(rename ? [{ label: w().rename, icon: 'pencil' as const, onselect: rename }] : []),
    ...(addAfter ? [{ label: w().addAfter, icon: 'plus' as const, onselect: addAfter }] : []),
    { label: w().duplicate, icon: 'copy', onselect: () => moved?.(desk.duplicateStep(id)) },
    'line',
    { heading: w().moveTo },
    { label: w().toLeft, icon: 'left', ...nudge('left') },
    { label: w().toRight, icon: 'right', ...nudge('right') },
    ...stages.map((stage): Item => ({
      label: stage.title || w().untitled,
      icon: 'forward',
      onselect: () => {
        desk.moveStep(id, { stage: stage.id, before: null })
        moved?.(id)
      },
    })),
    'line',
    { label: w().removeStep, icon: 'trash', danger: true, onselect: () => desk.removeStep(id) },
  ]
}

/** A field that a version changed, as people read it. */
export type FieldChange = { readonly field: string; readonly before: string; readonly after: string }

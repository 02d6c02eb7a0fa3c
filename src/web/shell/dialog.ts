/** The title of a drawer or a modal stands in a header, which would be a second banner of the page to those who hear it. */
export const NO_BANNER = { header: { role: 'presentation' } } as const;

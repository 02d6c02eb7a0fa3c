/** Named by the storage class and by the process that answers it. */
export const provisionerName = 'weft.dev/directory';

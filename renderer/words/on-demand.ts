/** Words for parts of the window that are loaded when they are wanted. */
export const ON_DEMAND = {
  failed: 'This part of the window could not be loaded',
  loading: 'Loading',
} as const;

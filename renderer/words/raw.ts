/** What the bytes of an event are shown with. */
export const RAW = {
  messages: 'Messages and their fields',
  noMessages: 'a value, no messages',
  goesOn: (size: string) => `${size} of a message that goes on`,
  parts: 'Parts of the event',
  events: 'Events of this step',
  bytesOf: (part: string) => `Bytes of ${part}`,
  failed: 'The event could not be read',
  absent: 'The archive does not hold this event.',
  redacted: 'This payload is redacted: its value and salt are gone, its commitment stays.',
  redactedShort: 'redacted',
  gateway: 'gateway',
  gatewayMeans: 'the gateway asked or sent this itself, not the agent',
} as const;

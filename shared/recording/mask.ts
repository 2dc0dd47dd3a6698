/** What stands in a recorded text where a secret stood, whatever the secret's length was. */
export const MASK = '[masked]';

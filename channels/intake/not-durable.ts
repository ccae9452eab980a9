/** A genuine message that neither Temporal nor the log of what was accepted may have: it has to be sent again. */
export class NotDurable extends Error {
  override readonly name = 'NotDurable';

  constructor(cause: unknown) {
    super('the message could not be made durable', { cause });
  }
}

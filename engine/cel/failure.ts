/** Thrown when an expression is not one: syntax, an unknown name, a wrong number of arguments. */
export class ExpressionSyntaxError extends Error {
  override name = 'ExpressionSyntaxError';
}

/** Thrown when an expression cannot be evaluated on the values it was given. */
export class ExpressionFailure extends Error {
  override name = 'ExpressionFailure';
}

/** Thrown when an evaluation has used up its work; no operator absorbs it. */
export class WorkExhausted extends ExpressionFailure {
  override name = 'WorkExhausted';
}

/** An error as CloudWatch Logs answers it. */

export class ServiceError extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

export function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message);
}

export function missing(what: 'group' | 'stream'): ServiceError {
  return new ServiceError('ResourceNotFoundException', `The specified log ${what} does not exist.`);
}

export function throttled(): ServiceError {
  return new ServiceError('ThrottlingException', 'Rate exceeded');
}

export function unavailable(): ServiceError {
  return new ServiceError('ServiceUnavailableException', 'The service cannot complete the request.', 503);
}

export function expiredCredentials(): ServiceError {
  return new ServiceError('ExpiredTokenException', 'The security token included in the request is expired');
}

import { parse } from 'protobufjs';

/*
 * The frames of the long connection, as the vendor's SDK has them (`pbbp2`).
 */

const { root } = parse(
  `
  syntax = "proto2";
  package pbbp2;
  message Header { required string key = 1; required string value = 2; }
  message Frame {
    required uint64 SeqID = 1;
    required uint64 LogID = 2;
    required int32 service = 3;
    required int32 method = 4;
    repeated Header headers = 5;
    optional string payload_encoding = 6;
    optional string payload_type = 7;
    optional bytes payload = 8;
    optional string LogIDNew = 9;
  }
`,
  { keepCase: true },
);
const type = root.lookupType('pbbp2.Frame');

export const methods = { control: 0, data: 1 } as const;

export interface Frame {
  method: number;
  headers: Record<string, string>;
  payload: Buffer;
}

export function encodeFrame({ method, headers, payload }: Frame): Uint8Array {
  return type
    .encode(
      type.create({
        SeqID: 0,
        LogID: 0,
        service: 1,
        method,
        headers: Object.entries(headers).map(([key, value]) => ({ key, value })),
        payload,
      }),
    )
    .finish();
}

export function decodeFrame(bytes: Uint8Array): Frame {
  const frame = type.toObject(type.decode(bytes), { bytes: Buffer });
  const headers: { key: string; value: string }[] = frame.headers ?? [];
  return {
    method: frame.method,
    headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])),
    payload: frame.payload ?? Buffer.alloc(0),
  };
}

// Avro's single-object encoding: C3 01, the CRC-64-AVRO fingerprint of the writer's schema (little-endian), the record.

const MARKER = Buffer.from([0xc3, 0x01]);
const HEADER_BYTES = 10;
const EMPTY = 0xc15d213aa4d7a795n;
const TABLE = Array.from({length: 256}, (_, byte) => {
  let crc = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) {
    crc = (crc >> 1n) ^ (crc & 1n ? EMPTY : 0n);
  }
  return crc;
});

/** Encodes a record of an avsc type. */
export function encode(type, record) {
  return Buffer.concat([header(type), type.toBuffer(record)]);
}

/** Decodes a record of an avsc type; throws when another schema wrote it. */
export function decode(type, bytes) {
  const written = bytes.subarray(0, HEADER_BYTES);
  if (!written.equals(header(type))) {
    throw new Error(`${type.name}: got ${written.toString('hex')}, the .avsc at hand writes ${header(type).toString('hex')}`);
  }
  return type.fromBuffer(bytes.subarray(HEADER_BYTES));
}

function header(type) {
  // What avsc calls the schema is Avro's parsing canonical form.
  const form = Buffer.from(JSON.stringify(type.schema()));
  const crc = form.reduce((sofar, byte) => (sofar >> 8n) ^ TABLE[Number((sofar ^ BigInt(byte)) & 0xffn)], EMPTY);
  const fingerprint = Buffer.alloc(8);
  fingerprint.writeBigUInt64LE(crc);
  return Buffer.concat([MARKER, fingerprint]);
}

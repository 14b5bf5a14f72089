// Tells Molstream what a user did, asks what to show next, prints the answer: first in Avro, then in JSON.
// Usage: node client.js USER ITEM      Environment: KAFKA_BROKERS (default 127.0.0.1:9092), TOPIC_PREFIX (default none)
import {randomUUID} from 'node:crypto';
import {readFileSync} from 'node:fs';
import avro from 'avsc';
import {Kafka, logLevel} from 'kafkajs';
import {decode, encode} from './single-object.js';

const [userId = 'anna', itemId = '1'] = process.argv.slice(2);
const topic = (name) => (process.env.TOPIC_PREFIX ?? '') + name;
const schema = (name) =>
  avro.Type.forSchema(JSON.parse(readFileSync(new URL(`../../../schemas/src/main/avro/${name}.avsc`, import.meta.url))), {wrapUnions: false});
const UserEvent = schema('1-UserEvent');
const RecommendationRequest = schema('3-RecommendationRequest');
const Recommendations = schema('4-Recommendations');
const JSON_HEADER = {'content-type': 'application/json'};

const kafka = new Kafka({
  clientId: 'molstream-example',
  brokers: (process.env.KAFKA_BROKERS ?? '127.0.0.1:9092').split(','),
  logLevel: logLevel.NOTHING,
});
// Its default partitioner is that of the Java client: records go straight to the instance that has the user.
const producer = kafka.producer({idempotent: true});
const consumer = kafka.consumer({groupId: 'molstream-example-' + randomUUID(), maxWaitTimeInMs: 100});
const waiting = new Map(); // requestId → function that takes the answer

await producer.connect();
await consumer.connect();
await consumer.subscribe({topic: topic('recommendations')});
const following = new Promise((resolve) => consumer.on(consumer.events.FETCH, resolve));
await consumer.run({
  eachMessage: async ({message}) => {
    const isJson = message.headers?.['content-type']?.toString().startsWith('application/json');
    const requestId = isJson ? JSON.parse(message.value).requestId : message.headers?.['example-request']?.toString();
    // Others' answers are on the topic too: headers come back as they were sent, so ours are known before decoding.
    waiting.get(requestId)?.(isJson ? JSON.parse(message.value) : decode(Recommendations, message.value));
  },
});
await following; // from here on, no answer is missed

async function ask(request, value, headers) {
  const answer = new Promise((resolve) => waiting.set(request.requestId, resolve));
  await producer.send({topic: topic('recommendation-requests'), messages: [{key: userId, value, headers}]});
  return answer;
}

function print(format, {requestId, status, items}) {
  console.log(JSON.stringify({format, requestId, status, items: items.map((item) => item.itemId)}));
}

// In Avro: what is left out takes the default of its schema.
const event = {eventId: randomUUID(), userId, itemId, action: 'CLICK', timestamp: Date.now()};
await producer.send({topic: topic('user-events'), messages: [{key: userId, value: encode(UserEvent, event)}]});
const request = {requestId: randomUUID(), userId, k: 5};
print('avro', await ask(request, encode(RecommendationRequest, request), {'example-request': request.requestId}));

// In JSON: the same without a schema.
await producer.send({
  topic: topic('user-events'),
  messages: [{key: userId, value: JSON.stringify({...event, eventId: randomUUID(), action: 'LIKE'}), headers: JSON_HEADER}],
});
const second = {...request, requestId: randomUUID()};
print('json', await ask(second, JSON.stringify(second), JSON_HEADER));

await consumer.disconnect();
await producer.disconnect();

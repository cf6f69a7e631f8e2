// Objects as any program puts them, without a store of ours.
import type { S3Server } from "./s3-server.ts";

/** Into the bucket called `bucket`. @returns Its address. */
export async function putRaw(server: S3Server, key: string, content: string | Uint8Array): Promise<string> {
  await withClient(server, async (client, { PutObjectCommand }) => {
    await client.send(new PutObjectCommand({ Bucket: "bucket", Key: key, Body: content }));
  });
  return `s3://bucket/${key}`;
}

export function getRaw(server: S3Server, key: string): Promise<Uint8Array> {
  return withClient(server, async (client, { GetObjectCommand }) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: "bucket", Key: key }));
    return Body!.transformToByteArray();
  });
}

type Sdk = typeof import("@aws-sdk/client-s3");

async function withClient<T>(
  { environment }: S3Server,
  work: (client: InstanceType<Sdk["S3Client"]>, sdk: Sdk) => Promise<T>,
): Promise<T> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const sdk = await import("@aws-sdk/client-s3");
  const client = new sdk.S3Client({
    endpoint: environment.AWS_ENDPOINT_URL_S3!,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID!,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY!,
    },
  });
  try {
    return await work(client, sdk);
  } finally {
    client.destroy();
  }
}

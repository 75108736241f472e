/** What `keytool -importkeystore -deststoretype JKS` of Java 17 wrote for the key below, with the password `changeit`. */
export const keytoolStore = [
  '/u3+7QAAAAIAAAABAAAAAQAHZml4dHVyZQAAAaILxyqeAAAAfzB9MA4GCisGAQQBKgIRAQEFAARrRKqhpFK+CKnh',
  'R7psKtmv377aXJ9eHJ2ox69oODIGRS6bPjxbPOOizEkYoIA6tHWDVaSNZ4AL309IxWteRbCKzqrDlrgln+nmjKmX',
  'b7Sw10taHIT/g50rgjw/WNZtgTzGG3mFnYQ09ZRnfS0AAAABAAVYLjUwOQAAAUAwggE8MIHkoAMCAQICCQC5iaj5',
  'HOivOTAKBggqhkjOPQQDAjASMRAwDgYDVQQDEwdmaXh0dXJlMCAXDTI2MTEyNDA0MTg1MFoYDzIxMjYxMDMxMDQx',
  'ODUwWjASMRAwDgYDVQQDEwdmaXh0dXJlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE5kb5I1q9flfWV5u8BUuY',
  'VzCnakCvWMbV+qXsY9M2IdXApizrsFHJxnb69tMx6CODhfHymbrsB8K+iMC13Z+9waMhMB8wHQYDVR0OBBYEFHX+',
  'EUZj1mGy11RaKzXBVrwqDBrfMAoGCCqGSM49BAMCA0cAMEQCIC9Gh/mFyQgt3r7N1LCmqJZE4Q4ktTZab1Jx31+/',
  'VRmXAiA2VF1sjAbxVy+FyA/lC93l4xpOEbsUlCwPkd69BUplPeLP0FaYlkctmBzWyAsxYO1gGtzg',
].join('')

/** PKCS#8, DER, base64. */
export const keytoolKey =
  'MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCC57mENg9I8+NL8uLJ+iUy8l5O+yzIzfDZwTexn9P728Q=='

package io.holdfast.transport;

import java.util.Arrays;
import java.util.Random;

/**
 * Sends more under one key than its cipher may take, which a Java property lowers to a MiB for the process that runs this. Prints how many
 * bytes the receiver had to say meanwhile: its answers to changes of keys.
 */
final class KeyLimitProgram {

    private static final int MEBIBYTES = 16;

    private KeyLimitProgram() {}

    static void main(String[] arguments) {
        TestAuthority authority = new TestAuthority("test authority");
        TlsEnd server = TlsEnd.server(authority.issue("server"));
        TlsEnd client = TlsEnd.client(authority.issue("client"));
        Random random = new Random(2);
        server.start();
        client.start();
        TlsEnd.settle(client, server, random, 1 << 20);
        byte[] message = new byte[1 << 20];
        random.nextBytes(message);
        int answered = 0;
        for (int i = 0; i < MEBIBYTES; i++) {
            client.send(message);
            server.receive(client.take(), random, 100_000);
            byte[] answers = server.take();
            answered += answers.length;
            client.receive(answers, random, 100);
            if (!Arrays.equals(server.takePlaintext(), message) || client.failure != null) {
                throw new IllegalStateException("message " + i + " did not arrive");
            }
        }
        System.out.println("answered " + answered);
    }
}

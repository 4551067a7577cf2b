package lanewise.examples.service;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The service in a process of its own, on two free ports. */
final class ServiceProcess implements AutoCloseable {
    private final Process process;
    private final Path log;
    private final int port;
    private final int management;

    ServiceProcess(Path folder, List<String> jvm, String... settings) throws IOException, InterruptedException {
        try (ServerSocket one = new ServerSocket(0); ServerSocket two = new ServerSocket(0)) {
            port = one.getLocalPort();
            management = two.getLocalPort();
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ScoringService.class.getName(),
                "--server.port=" + port, "--management.server.port=" + management));
        command.addAll(List.of(settings));
        // into a file: what a child prints on this process's own streams confuses the test runner
        log = folder.resolve("service.log");
        process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        awaitReady();
    }

    private void awaitReady() throws IOException, InterruptedException {
        for (int i = 0; i < 3000; i++) {
            try (Connection connection = new Connection(port)) {
                if (connection.send(Connection.get("/readyz")).status() == 200) {
                    return;
                }
            } catch (IOException e) {
                // not there yet
                if (!process.isAlive()) {
                    throw new IOException("the service ended: " + log(), e);
                }
            }
            Thread.sleep(100);
        }
        close();
        throw new IOException("the service does not become ready: " + log());
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    int port() {
        return port;
    }

    int management() {
        return management;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.holdfast.cli.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.cli.internal.ExitCode;
import io.holdfast.cli.internal.client.Trust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whom the command line believes, and what it keeps. */
@Timeout(60)
class LoginTest {

    private static @Nullable TestCertificates made;

    @TempDir
    Path folder = Path.of("");

    private final Map<String, String> environment = new HashMap<>();
    private String password = "";

    @BeforeAll
    static void makeCertificates(@TempDir Path keys) throws IOException {
        made = new TestCertificates(keys);
    }

    @BeforeEach
    void prepare() throws IOException {
        environment.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
        password = Files.writeString(folder.resolve("password"), "correct horse battery\nsecond line\n")
                .toString();
    }

    @AfterEach
    void secretsAreNeverReadableByOthers() throws IOException {
        Path kept = folder.resolve("config/holdfast/servers.json");
        if (Files.exists(kept)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept.getParent())))
                    .isEqualTo("rwx------");
            assertThat(Files.readString(kept)).doesNotContain("correct horse battery");
        }
    }

    @Test
    void firstContactShowsTheFingerprintAndIsKept() throws IOException {
        try (DocumentedAppliance appliance =
                new DocumentedAppliance(certificates().server("server"), 0)) {
            FakeTerminal terminal = FakeTerminal.script();

            assertThat(run(terminal, "login", "--server", appliance.url(), "--password-file", password))
                    .isEqualTo(ExitCode.OK);

            assertThat(terminal.complained())
                    .contains(Trust.fingerprint(certificates().authority()));
            assertThat(terminal.written()).contains("Signed in to " + appliance.url() + " as admin (administrator).");
            assertThat(appliance.calls())
                    .singleElement()
                    .asString()
                    .contains("\"correct horse battery\"")
                    .doesNotContain("second line");
            FakeTerminal again = FakeTerminal.script();
            assertThat(run(again, "login", "--password-file", password)).isEqualTo(ExitCode.OK);
            assertThat(again.complained()).isEmpty();
            assertThat(run(FakeTerminal.script(), "machines")).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void personDecidesAboutTheFirstContactBeforeAPasswordIsAsked() throws IOException {
        try (DocumentedAppliance appliance =
                new DocumentedAppliance(certificates().server("server"), 0)) {
            FakeTerminal no = FakeTerminal.person("n");
            FakeTerminal yes = FakeTerminal.person("y", "correct horse battery");

            assertThat(run(no, "login", "--server", appliance.url())).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(appliance.calls()).isEmpty();
            assertThat(no.complained()).doesNotContain("Password");
            assertThat(run(yes, "login", "--server", appliance.url(), "--user", "admin"))
                    .isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void fingerprintOrAuthorityDecideItBeforehand() throws IOException {
        Path authority = Files.writeString(
                folder.resolve("authority.pem"), Trust.pem(certificates().authority()));
        String right = Trust.fingerprint(certificates().authority());
        try (DocumentedAppliance appliance =
                new DocumentedAppliance(certificates().server("server"), 0)) {
            environment.put("HOLDFAST_URL", appliance.url());
            FakeTerminal wrong = FakeTerminal.script();

            assertThat(run(wrong, "login", "--password-file", password, "--fingerprint", "00".repeat(32)))
                    .isEqualTo(ExitCode.UNREACHABLE);
            assertThat(wrong.complained()).contains("CERTIFICATE_FOREIGN", "expected 0000");
            assertThat(appliance.calls()).isEmpty();
            FakeTerminal named = FakeTerminal.script();
            assertThat(run(named, "login", "--password-file", password, "--ca", authority.toString()))
                    .isEqualTo(ExitCode.OK);
            assertThat(run(named, "status")).isEqualTo(ExitCode.OK);
            assertThat(run(
                            named,
                            "login",
                            "--password-file",
                            password,
                            "--fingerprint",
                            right.toUpperCase(Locale.ROOT)))
                    .isEqualTo(ExitCode.OK);
            assertThat(named.complained()).isEmpty();
        }
    }

    @Test
    void applianceOfAnotherAuthorityIsNotSpokenTo() throws IOException {
        int port;
        try (DocumentedAppliance appliance =
                new DocumentedAppliance(certificates().server("server"), 0)) {
            port = appliance.port();
            assertThat(run(FakeTerminal.script(), "login", "--server", appliance.url(), "--password-file", password))
                    .isEqualTo(ExitCode.OK);
        }
        try (DocumentedAppliance impostor =
                new DocumentedAppliance(new TestCertificates(folder).server("server"), port)) {
            FakeTerminal terminal = FakeTerminal.script();

            assertThat(run(terminal, "machines")).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(run(terminal, "login", "--password-file", password)).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(terminal.complained()).contains("it is not the appliance that is trusted");
            assertThat(impostor.calls()).isEmpty();
        }
    }

    @Test
    void otherNodeOfTheSameAuthorityIsNotTakenForTheAppliance() throws IOException {
        Path authority = Files.writeString(
                folder.resolve("authority.pem"), Trust.pem(certificates().authority()));
        try (DocumentedAppliance other = new DocumentedAppliance(certificates().server("elsewhere"), 0)) {
            FakeTerminal terminal = FakeTerminal.script();

            assertThat(run(
                            terminal,
                            "login",
                            "--server",
                            other.url(),
                            "--password-file",
                            password,
                            "--ca",
                            authority.toString()))
                    .isEqualTo(ExitCode.UNREACHABLE);
            assertThat(other.calls()).isEmpty();
            assertThat(terminal.complained()).contains("not called by a name of its certificate");
        }
    }

    @Test
    void wrongPasswordKeepsNothing() throws IOException {
        try (DocumentedAppliance appliance =
                new DocumentedAppliance(certificates().server("server"), 0)) {
            appliance.refuse("signIn", 401, "NOT_AUTHENTICATED", "REFUSED");

            assertThat(run(FakeTerminal.script(), "login", "--server", appliance.url(), "--password-file", password))
                    .isEqualTo(ExitCode.NOT_AUTHORISED);
            assertThat(folder.resolve("config")).doesNotExist();
        }
    }

    @Test
    void passwordThatHasToBeChangedIsToldAtOnce() throws IOException {
        try (DocumentedAppliance appliance =
                new DocumentedAppliance(certificates().server("server"), 0)) {
            appliance.plan("signIn", 201, appliance.example("OpenedSession", Map.of("passwordChangeRequired", true)));
            FakeTerminal terminal = FakeTerminal.script();

            assertThat(run(terminal, "login", "--server", appliance.url(), "--password-file", password))
                    .isEqualTo(ExitCode.OK);

            assertThat(terminal.written()).contains("holdfastctl passwd");
        }
    }

    @Test
    void nothingIsDoneAfterSigningOut() throws IOException {
        try (DocumentedAppliance appliance =
                new DocumentedAppliance(certificates().server("server"), 0)) {
            run(FakeTerminal.script(), "login", "--server", appliance.url(), "--password-file", password);
            assertThat(run(FakeTerminal.script(), "logout")).isEqualTo(ExitCode.OK);
            FakeTerminal terminal = FakeTerminal.script();

            assertThat(run(terminal, "machines")).isEqualTo(ExitCode.NOT_AUTHORISED);
            assertThat(terminal.complained())
                    .contains("not signed in; expected holdfastctl login --server " + appliance.url());
            assertThat(run(terminal, "logout")).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void whatIsMissingOrUnreachableIsNamed() throws IOException {
        FakeTerminal terminal = FakeTerminal.script();

        assertThat(run(terminal, "machines")).isEqualTo(ExitCode.USAGE);
        assertThat(run(terminal, "machines", "--server", "https://127.0.0.1:1")).isEqualTo(ExitCode.NOT_AUTHORISED);
        assertThat(run(terminal, "login", "--server", "https://127.0.0.1:1", "--password-file", password))
                .isEqualTo(ExitCode.UNREACHABLE);
        assertThat(run(terminal, "login", "--server", "http://127.0.0.1")).isEqualTo(ExitCode.USAGE);
        assertThat(run(terminal, "login", "--server", "https://127.0.0.1/console"))
                .isEqualTo(ExitCode.USAGE);
        Files.createDirectories(
                folder.resolve("config/holdfast"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path kept = Files.createFile(
                folder.resolve("config/holdfast/servers.json"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(kept, "{ nonsense");
        assertThat(run(terminal, "machines")).isEqualTo(ExitCode.FAILED);
        assertThat(terminal.complained()).contains("servers.json: it is no valid JSON of this program");
    }

    private static TestCertificates certificates() {
        TestCertificates present = made;
        if (present == null) {
            throw new IllegalStateException("no certificates were made");
        }
        return present;
    }

    private ExitCode run(FakeTerminal terminal, String... words) {
        return new CommandLine(terminal, environment).run(words);
    }
}

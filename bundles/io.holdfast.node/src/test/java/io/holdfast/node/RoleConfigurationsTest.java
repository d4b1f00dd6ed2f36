package io.holdfast.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoleConfigurationsTest {

    @ParameterizedTest
    @CsvSource({
        "any, 127.0.0.1, https://127.0.0.1:443",
        "0:0:0:0:0:0:0:0, 127.0.0.1, https://127.0.0.1:443",
        "::, 127.0.0.1, https://127.0.0.1:443",
        "192.0.2.7, 192.0.2.7, https://192.0.2.7:443",
        "2001:db8::7, 2001:db8::7, https://[2001:db8::7]:443",
        "dr.example, dr.example, https://dr.example:443"
    })
    void letsRolesMeetWhereTheyListen(String bind, String store, String server) {
        Map<String, Map<String, Object>> configurations = of(Map.of("holdfast.bind", bind));

        assertThat(configurations.get("io.holdfast.processserver")).containsEntry("storeHost", store);
        assertThat(configurations.get("io.holdfast.mobility")).containsEntry("serverUrl", server);
    }

    @Test
    void certifiesTheOneAddressAndTheFurtherNames() {
        assertThat(of(Map.of("holdfast.bind", "192.0.2.7", "holdfast.names", "dr.example"))
                        .get("io.holdfast.identity"))
                .containsEntry("names", "192.0.2.7,dr.example");
        assertThat(of(Map.of()).get("io.holdfast.identity")).containsEntry("names", "");
    }

    @Test
    void tellsTheMasterTargetWhereItsWitnessIs() {
        assertThat(of(Map.of("holdfast.witnessFolder", "/mnt/witness", "holdfast.witnessHours", "6"))
                        .get("io.holdfast.mastertarget"))
                .containsEntry("witnessFolder", "/mnt/witness")
                .containsEntry("witnessHours", 6);
    }

    @Test
    void tellsTheMasterTargetWhatToKeepForMaintenance() {
        assertThat(of(Map.of("holdfast.reserveMebibytes", "2048")).get("io.holdfast.mastertarget"))
                .containsEntry("reserveMebibytes", 2048);
        assertThat(of(Map.of()).get("io.holdfast.mastertarget")).containsEntry("reserveMebibytes", 0);
    }

    @Test
    void tellsTheProcessServerHowToCompress() {
        assertThat(of(Map.of("holdfast.codec", "lz4")).get("io.holdfast.processserver"))
                .containsEntry("codec", "LZ4");
        assertThat(of(Map.of()).get("io.holdfast.processserver")).containsEntry("codec", "AUTO");
    }

    private static Map<String, Map<String, Object>> of(Map<String, String> more) {
        NodeSettings settings = NodeSettings.from(name -> name.equals("holdfast.data") ? "/data" : more.get(name));
        return RoleConfigurations.of(settings, Path.of("/data"), new UUID(1, 2));
    }
}

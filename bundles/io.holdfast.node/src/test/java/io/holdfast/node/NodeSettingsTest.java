package io.holdfast.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.HoldfastException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeSettingsTest {

    @Test
    void hasTheDocumentedDefaults() {
        NodeSettings settings = NodeSettings.from(Map.of("holdfast.data", "/data")::get);

        assertThat(settings.roles()).isEqualTo(Set.of(NodeSettings.Role.values()));
        assertThat(settings.consolePort()).isEqualTo(443);
        assertThat(settings.processServerPort()).isEqualTo(9443);
        assertThat(settings.masterTargetPort()).isEqualTo(9444);
        assertThat(settings.witnessFolder()).isEmpty();
        assertThat(settings.witnessHours()).isEqualTo(24);
    }

    @Test
    void namesAWrongPort() {
        assertThatThrownBy(() -> NodeSettings.from(Map.of("holdfast.data", "/data", "holdfast.port", "70000")::get))
                .isInstanceOf(HoldfastException.class)
                .hasMessage("holdfast.port: '70000' given; expected a number from 1 to 65535");
    }

    @Test
    void namesAWrongCodec() {
        assertThatThrownBy(() -> NodeSettings.from(Map.of("holdfast.data", "/data", "holdfast.codec", "xz")::get))
                .isInstanceOf(HoldfastException.class)
                .hasMessage("holdfast.codec: 'xz' is none; expected one of auto, none, lz4, zstandard");
    }

    @Test
    void writesAnAddressWithColonsIntoAUrlInBrackets() {
        NodeSettings settings = NodeSettings.from(Map.of("holdfast.data", "/data", "holdfast.port", "8443")::get);

        assertThat(settings.consoleUrl("2001:db8::7")).isEqualTo("https://[2001:db8::7]:8443");
        assertThat(settings.consoleUrl("dr.example")).isEqualTo("https://dr.example:8443");
    }

    @Test
    void takesFurtherNamesAndAddresses() {
        assertThat(withNames("DR.example, 192.0.2.7,2001:db8::7").names())
                .containsExactlyInAnyOrder("dr.example", "192.0.2.7", "2001:db8::7");
        assertThat(withNames("").names()).isEmpty();
    }

    @Test
    void namesAWrongName() {
        for (String wrong : new String[] {"a,,b", "-a", "a b", "*.example", "a".repeat(64), "a.".repeat(127) + "a"}) {
            assertThatThrownBy(() -> withNames(wrong))
                    .as(wrong)
                    .isInstanceOf(HoldfastException.class)
                    .hasMessageContaining("holdfast.names")
                    .hasMessageContaining("is no name");
        }
    }

    private static NodeSettings withNames(String names) {
        return NodeSettings.from(Map.of("holdfast.data", "/data", "holdfast.names", names)::get);
    }

    @Test
    void namesAWrongRole() {
        assertThatThrownBy(
                        () -> NodeSettings.from(Map.of("holdfast.data", "/data", "holdfast.roles", "agent,chef")::get))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("'chef' is no role");
    }

    @Test
    void wantsAServerForAnAgentAlone() {
        assertThatThrownBy(() -> NodeSettings.from(Map.of("holdfast.data", "/data", "holdfast.roles", "agent")::get))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("holdfast.server");
    }
}

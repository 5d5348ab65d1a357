package org.kjump.linux.kconfig;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KconfigTest {
    private static final String ALL = """
            CONFIG_X86_32=y
            CONFIG_EXPERIMENTAL=y
            CONFIG_HIGHMEM4G=y
            CONFIG_BLOCK=y
            CONFIG_SWAP=y
            CONFIG_PM=y
            CONFIG_KEXEC=y
            CONFIG_KEXEC_JUMP=y
            """;

    @Test
    void kexecJumpNeedsHibernationAsTheCommitSays() {
        Kconfig.Resolved without = Kconfig.ours().resolve(ALL);
        assertThat(without.text()).contains("# CONFIG_KEXEC_JUMP is not set\n");
        assertThat(without.dropped())
                .containsExactly(
                        "CONFIG_KEXEC_JUMP dropped: it depends on EXPERIMENTAL && KEXEC && HIBERNATION && X86_32");
        Kconfig.Resolved with = Kconfig.ours().resolve(ALL + "CONFIG_HIBERNATION=y\n");
        assertThat(with.text()).contains("\nCONFIG_KEXEC_JUMP=y\n");
        assertThat(with.dropped()).isEmpty();
    }

    @Test
    void aSelectedSymbolIsSetAndAnUnknownOneIsNamed() {
        Kconfig.Resolved resolved = Kconfig.ours().resolve(ALL + "CONFIG_NOSUCH=y\n");
        assertThat(resolved.text()).contains("CONFIG_HIGHMEM=y\n");
        assertThat(resolved.dropped()).contains("CONFIG_NOSUCH dropped: no such symbol");
    }
}

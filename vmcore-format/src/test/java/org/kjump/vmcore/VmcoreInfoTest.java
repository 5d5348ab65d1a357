package org.kjump.vmcore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class VmcoreInfoTest {
    private static VmcoreInfo info(String text) {
        return VmcoreInfo.parse("dump", text);
    }

    @Test
    void addressesAreHexadecimalAndOffsetsDecimal() {
        VmcoreInfo info = info("SYMBOL(mem_map)=ffff888000011000\nOFFSET(page.lru)=24\nSIZE(page)=64\nLENGTH(a)=11\n");
        assertThat(info.symbol("mem_map")).hasValue(0xffff888000011000L);
        assertThat(info.offset("page.lru")).hasValue(24);
        assertThat(info.size("page")).hasValue(64);
        assertThat(info.length("a")).hasValue(11);
        assertThat(info.length("b")).isEqualTo(OptionalLong.empty());
    }

    @Test
    void numbersMayBeNegativeOrHexadecimal() {
        VmcoreInfo info = info("NUMBER(a)=-129\nNUMBER(b)=0x20\nNUMBER(c)=20\nNUMBER(d)=ffff\n");
        assertThat(info.number("a")).hasValue(-129);
        assertThat(info.number("b")).hasValue(32);
        assertThat(info.number("c")).hasValue(20);
        assertThat(info.number("d")).hasValue(0xffff);
    }

    @Test
    void ofTwoLinesWithOneKeyTheFirstCounts() {
        assertThat(info("NUMBER(a)=1\nNUMBER(a)=2\n").number("a")).hasValue(1);
    }

    /** CRASHTIME has no line end in 2.6.27. */
    @Test
    void theLastLineNeedsNoEnd() {
        assertThat(info("OSRELEASE=2.6.27\nCRASHTIME=1227571200").text("CRASHTIME"))
                .hasValue("1227571200");
    }

    @Test
    void aValueThatIsNoNumberIsTold() {
        assertThatThrownBy(() -> info("SYMBOL(a)=c0100000 \n").symbol("a"))
                .isInstanceOf(VmcoreException.class)
                .hasMessage("dump: VMCOREINFO: SYMBOL(a)='c0100000 ' is no number");
    }

    /** The kernel writes CRASHTIME for each crash; makedumpfile takes the last, of the page size, too. */
    @Test
    void ofPageSizeAndCrashTimeTheLastCounts() {
        VmcoreInfo info = info("PAGESIZE=4096\nCRASHTIME=1\nOSRELEASE=a\nCRASHTIME=2\nPAGESIZE=8192\nOSRELEASE=b\n");
        assertThat(info.text("CRASHTIME")).hasValue("2");
        assertThat(info.text("PAGESIZE")).hasValue("8192");
        assertThat(info.text("OSRELEASE")).hasValue("a");
    }

    @Test
    void whatIsKnownStaysWhenOthersComplete() {
        VmcoreInfo info =
                info("SIZE(page)=64\n").completedBy(VmcoreInfo.parse("other", "SIZE(page)=32\nSIZE(zone)=8\n"));
        assertThat(info.size("page")).hasValue(64);
        assertThat(info.size("zone")).hasValue(8);
        assertThat(info.keysBySource())
                .isEqualTo(java.util.Map.of(
                        "dump", java.util.List.of("SIZE(page)"), "other", java.util.List.of("SIZE(zone)")));
        assertThat(info.text()).isEqualTo("SIZE(page)=64\nSIZE(zone)=8\n");
    }

    @Test
    void symbolsMoveAndNumbersDoNot() {
        VmcoreInfo info = info("SYMBOL(a)=ffffffff81000000\nNUMBER(b)=5\n").movedTo(0x6200000);
        assertThat(info.symbol("a")).hasValue(0xffffffff87200000L);
        assertThat(info.number("b")).hasValue(5);
        assertThat(info.kernelOffset()).isZero();
    }
}

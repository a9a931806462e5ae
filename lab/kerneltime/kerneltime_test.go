package kerneltime

import (
	"net"
	"testing"
	"time"
)

func TestAPacketThatIsReadLateHasTheTimeAtWhichItCame(t *testing.T) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := Ask(conn); err != nil {
		t.Fatal(err)
	}
	// The kernel begins to note times a moment after the machine's first socket has asked.
	for deadline := time.Now().Add(5 * time.Second); ; {
		sent, at := late(t, conn)
		if wrong := at.Sub(sent).Abs(); wrong < 10*time.Millisecond {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("a packet has a time that is wrong by %v", wrong)
		}
	}
	if at := Of(nil); time.Since(at) > time.Second {
		t.Errorf("without a control message it came at %v", at)
	}
}

// late sends a packet and reads it some time later.
func late(t *testing.T, conn *net.UDPConn) (sent, at time.Time) {
	t.Helper()
	sent = time.Now()
	if _, err := conn.WriteTo([]byte("x"), conn.LocalAddr()); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	buf, oob := make([]byte, 10), make([]byte, Space)
	_, n, _, _, err := conn.ReadMsgUDPAddrPort(buf, oob)
	if err != nil {
		t.Fatal(err)
	}
	return sent, Of(oob[:n])
}

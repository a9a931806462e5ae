package phone

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// The SIP library keeps these two for the whole process.
func init() {
	// It warns on every close of a TCP connection, for nothing. What matters goes to Config.Logger.
	sip.SetDefaultLogger(slog.New(slog.DiscardHandler))
	// It refuses datagrams over 1300 bytes. Loopback carries 64 kB, and an INVITE
	// with credentials and a few headers is longer.
	sip.UDPMTUSize = 16 << 10
}

// wire is a phone's connection to its server: sockets, transactions, and the
// building of requests. It knows nothing of calls.
type wire struct {
	cfg    Config
	server sip.Uri
	ua     *sipgo.UserAgent
	udp    net.PacketConn // nil over TCP
	dead   *atomic.Bool   // vanished: nothing goes out, nothing comes in
	done   chan struct{}  // closed when the UDP reader has ended
}

// gate is a socket that stays open but silent once the phone has vanished.
type gate struct {
	net.PacketConn
	dead *atomic.Bool
}

func (g gate) WriteTo(b []byte, to net.Addr) (int, error) {
	if g.dead.Load() {
		return len(b), nil
	}
	return g.PacketConn.WriteTo(b, to)
}

// newWire opens the phone's sockets. handle is called for each request that
// comes in, each in a goroutine of its own.
func newWire(cfg Config, dead *atomic.Bool, handle func(*sip.Request, *sip.ServerTx)) (*wire, error) {
	at := netip.MustParseAddrPort(cfg.Server) // checked by Config.withDefaults
	w := &wire{
		cfg: cfg, dead: dead, done: make(chan struct{}),
		server: sip.Uri{Scheme: "sip", Host: at.Addr().String(), Port: int(at.Port())},
	}
	hear := func(_ sip.TransportReadProps, data []byte) ([]byte, error) {
		if dead.Load() {
			return nil, nil
		}
		return data, nil
	}
	var err error
	w.ua, err = sipgo.NewUA(
		sipgo.WithUserAgent("switchroom-lab-phone"),
		sipgo.WithUserAgentTransportLayerOptions(
			sip.WithTransportLayerLogger(cfg.Logger), sip.WithTransportLayerReadFilter(hear),
			sip.WithTransportLayerTransports(sip.TransportsConfig{TCP: &sip.TransportTCP{DialerCreate: w.dialer}})),
		sipgo.WithUserAgentTransactionLayerOptions(
			sip.WithTransactionLayerLogger(cfg.Logger),
			sip.WithTransactionLayerTerminateOnConnClose(),
			// Repeated answers to transactions that are over: nothing to do.
			sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {})),
	)
	if err != nil {
		return nil, fmt.Errorf("start a SIP user agent: %w", err)
	}
	w.ua.TransactionLayer().OnRequest(handle)
	if cfg.Transport == TCP {
		close(w.done)
		return w, nil // the connection is made when it is first used
	}
	return w, w.listenUDP()
}

// dialer makes no connections once the phone is dead: the library would, to
// answer a request that it was still working on.
func (w *wire) dialer(local net.Addr) net.Dialer {
	return net.Dialer{
		Timeout: backgroundTimeout, LocalAddr: local,
		Control: func(string, string, syscall.RawConn) error {
			if w.dead.Load() {
				return ErrClosed
			}
			return nil
		},
	}
}

func (w *wire) listenUDP() error {
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(w.cfg.BindIP, 0)))
	if err != nil {
		return fmt.Errorf("bind a SIP port on %s: %w", w.cfg.BindIP, err)
	}
	w.udp = gate{conn, w.dead}
	// The reader registers the socket too, but in its own time; requests sent before that would bind another one.
	w.route()
	go func() {
		defer close(w.done)
		if err := w.ua.TransportLayer().ServeUDP(w.udp); err != nil {
			w.cfg.Logger.Error("SIP socket failed", "error", err)
		}
	}()
	return nil
}

// route makes the library use the phone's one UDP socket for all that goes to the server.
func (w *wire) route() {
	addr := w.udp.LocalAddr().String()
	conn := &sip.UDPConnection{PacketConn: w.udp, PacketAddr: addr, Listener: true}
	w.ua.TransportLayer().Pool(UDP).Add(addr, conn)
	w.ua.TransportLayer().Pool(UDP).Add(w.cfg.Server, conn)
}

func (w *wire) close() error {
	w.dead.Store(true)
	if w.udp == nil {
		return w.ua.Close()
	}
	// The reader takes its own routes away when it ends. What is under way then
	// must find the closed socket and not open another one: these routes stay.
	w.route()
	err := w.udp.Close()
	<-w.done
	w.ua.TransactionLayer().Close()
	return err
}

// local is the address at which the phone can be reached. Over TCP that is its
// end of the connection, which is made if there is none.
func (w *wire) local(ctx context.Context) (netip.AddrPort, error) {
	if w.udp != nil {
		return w.udp.LocalAddr().(*net.UDPAddr).AddrPort(), nil
	}
	conn, err := w.ua.TransportLayer().ClientRequestConnection(ctx, w.request(sip.OPTIONS, w.server))
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("connect to %s: %w", w.cfg.Server, err)
	}
	defer func() { _, _ = conn.TryClose() }() // gives back our use of it; it stays open
	return conn.LocalAddr().(*net.TCPAddr).AddrPort(), nil
}

// contact is the phone's own address as a URI.
func (w *wire) contact(ctx context.Context) (*sip.ContactHeader, error) {
	at, err := w.local(ctx)
	if err != nil {
		return nil, err
	}
	uri := sip.Uri{Scheme: "sip", User: w.cfg.User, Host: at.Addr().Unmap().String(), Port: int(at.Port())}
	if w.udp == nil {
		uri.UriParams.Add("transport", TCP)
	}
	return &sip.ContactHeader{Address: uri}, nil
}

// request begins a request to the server: the start line, Via and where to send
// it. The caller adds the rest.
func (w *wire) request(method sip.RequestMethod, to sip.Uri) *sip.Request {
	req := sip.NewRequest(method, to)
	network := strings.ToUpper(w.cfg.Transport)
	via := &sip.ViaHeader{ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: network}
	if w.udp != nil {
		at := w.udp.LocalAddr().(*net.UDPAddr)
		req.Laddr = sip.Addr{IP: at.IP, Port: at.Port, Hostname: at.IP.String()}
		via.Host, via.Port = at.IP.String(), at.Port
	} else {
		req.Laddr = sip.Addr{IP: w.cfg.BindIP.AsSlice()}
	}
	via.Params.Add("branch", sip.GenerateBranchN(16))
	via.Params.Add("rport", "")
	req.AppendHeader(via)
	hops := sip.MaxForwardsHeader(70)
	req.AppendHeader(&hops)
	req.SetTransport(network)
	req.SetDestination(w.cfg.Server)
	return req
}

// begin sends a request and returns its transaction. The caller must read its
// answers until a final one, or terminate it.
func (w *wire) begin(ctx context.Context, req *sip.Request) (*sip.ClientTx, error) {
	if w.dead.Load() {
		return nil, ErrVanished
	}
	if req.Body() == nil {
		req.SetBody(nil) // writes Content-Length, which TCP needs
	}
	tx, err := w.ua.TransactionLayer().Request(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("send %s: %w", req.Method, err)
	}
	return tx, nil
}

// do sends a request, answers a challenge for the password, and returns the
// final answer; one that is not a success is a *StatusError (with the answer).
func (w *wire) do(ctx context.Context, req *sip.Request) (*sip.Response, error) {
	for try := 0; ; try++ {
		tx, err := w.begin(ctx, req)
		if err != nil {
			return nil, err
		}
		res, err := finalAnswer(ctx, tx)
		tx.Terminate()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", req.Method, err)
		}
		next := w.authorise(req, res, try)
		if next == nil {
			return res, statusError(req, res)
		}
		req = next
	}
}

// statusError is nil for a success.
func statusError(req *sip.Request, res *sip.Response) error {
	if res.IsSuccess() {
		return nil
	}
	return &StatusError{Method: req.Method.String(), Code: res.StatusCode, Reason: res.Reason}
}

func finalAnswer(ctx context.Context, tx *sip.ClientTx) (*sip.Response, error) {
	for {
		select {
		case res := <-tx.Responses():
			if !res.IsProvisional() {
				return res, nil
			}
		case <-tx.Done():
			return nil, tx.Err()
		case <-ctx.Done():
			return nil, fmt.Errorf("no answer: %w", ctx.Err())
		}
	}
}

// authorise returns the request again, with the digest that the answer asks for;
// nil if the answer does not ask, or asks again although the digest was fresh.
// The request is copied: the old transaction still owns the first one.
func (w *wire) authorise(req *sip.Request, res *sip.Response, try int) *sip.Request {
	asks, gives := "WWW-Authenticate", "Authorization"
	if res.StatusCode == sip.StatusProxyAuthRequired {
		asks, gives = "Proxy-Authenticate", "Proxy-Authorization"
	} else if res.StatusCode != sip.StatusUnauthorized {
		return nil
	}
	header := res.GetHeader(asks)
	if header == nil || w.cfg.Password == "" {
		return nil
	}
	challenge, err := digest.ParseChallenge(header.Value())
	if err != nil || try > 1 || (try == 1 && !strings.Contains(strings.ToLower(header.Value()), "stale=true")) {
		return nil
	}
	challenge.Algorithm = strings.ToUpper(challenge.Algorithm)
	credentials, err := digest.Digest(challenge, digest.Options{
		Method: req.Method.String(), URI: req.Recipient.String(), Username: w.cfg.User, Password: w.cfg.Password,
	})
	if err != nil {
		return nil
	}
	again := req.Clone()
	again.RemoveHeader(gives)
	again.AppendHeader(sip.NewHeader(gives, credentials.String()))
	again.CSeq().SeqNo++
	again.Via().Params.Add("branch", sip.GenerateBranchN(16))
	return again
}

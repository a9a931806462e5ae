package call

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// Inputs and effects are kept in the journal as {"kind": …, "data": …}: a production call's inputs replay as a test.

type tagged struct {
	Kind string          `json:"kind"`
	Data json.RawMessage `json:"data,omitempty"`
}

var inputs = func() map[Kind]reflect.Type {
	m := map[Kind]reflect.Type{}
	for _, in := range []Input{
		Enter{}, Claimed{}, Nobody{}, Answer{}, Decline{}, Hangup{}, Rejoin{}, LegRinging{}, LegUp{}, LegGone{},
		Mute{}, Digits{}, Hold{}, Resume{}, Transfer{}, Consult{}, Complete{}, Cancel{}, Swap{}, Confer{}, ForceDisconnect{},
		Place{}, Recalled{}, NoRecall{}, MessageBegan{}, MessageOver{}, PhoneHold{}, ServiceClosed{}, QueueChanged{},
		PhoneLost{}, PhoneBack{}, Joined{}, JoinFailed{}, TicketOpened{}, Recovered{}, Deadline{},
	} {
		m[in.Kind()] = reflect.TypeOf(in)
	}
	return m
}()

// EncodeInput writes an input for the journal.
func EncodeInput(in Input) ([]byte, error) { return encode(string(in.Kind()), in) }

// EncodeEffects writes effects for the journal.
func EncodeEffects(effects []Effect) ([]byte, error) {
	out := make([]json.RawMessage, len(effects))
	for i, e := range effects {
		b, err := encode(e.Effect(), e)
		if err != nil {
			return nil, err
		}
		out[i] = b
	}
	return json.Marshal(out)
}

func encode(kind string, v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", kind, err)
	}
	return json.Marshal(tagged{Kind: kind, Data: data})
}

// DecodeInput reads an input from the journal.
func DecodeInput(b []byte) (Input, error) {
	var t tagged
	if err := json.Unmarshal(b, &t); err != nil {
		return nil, fmt.Errorf("decode input: %w", err)
	}
	typ, ok := inputs[Kind(t.Kind)]
	if !ok {
		return nil, fmt.Errorf("decode input: unknown kind %q", t.Kind)
	}
	v := reflect.New(typ)
	if len(t.Data) > 0 {
		if err := json.Unmarshal(t.Data, v.Interface()); err != nil {
			return nil, fmt.Errorf("decode %s: %w", t.Kind, err)
		}
	}
	return v.Elem().Interface().(Input), nil
}

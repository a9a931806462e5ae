package node

import "context"

// Heard implements engine.Switch.
func (n *Node) Heard(ctx context.Context, channel string) (packets int, err error) {
	stat, err := n.c.Channels().RTPStatistics(ctx, channel)
	if err != nil {
		return 0, err
	}
	return stat.RxCount, nil
}

// Holding implements engine.Switch. Asterisk tells of the key when it is pressed; this is for who was not there to hear it.
func (n *Node) Holding(ctx context.Context, channel string) (bool, error) {
	v, err := n.c.Channels().GetVariable(ctx, channel, "CHANNEL(rtp,hold)")
	if err != nil {
		return false, settled(err)
	}
	return v.Value == "1", nil
}

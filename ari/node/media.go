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

import HostTool
